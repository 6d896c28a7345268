"""Pages of members, their people and the Chairs."""
