"""Members and plans from a table: what would change, and the change, all of it or nothing."""
