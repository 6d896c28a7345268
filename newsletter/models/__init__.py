"""Editions of the newsletter, the subscribers, and one delivery for each of both."""

from newsletter.models.deliveries import Delivery
from newsletter.models.editions import Edition, EditionItem
from newsletter.models.subscriptions import Subscription

__all__ = ["Delivery", "Edition", "EditionItem", "Subscription"]
