"""The demo's consultations: whoever signs in as the expert has a price and times to book."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from contracts.services import consulting
from experts.models import Expert
from marketplace.demo.cast import EXPERT, Scene
from marketplace.kit.money import Money

PRICE = Money(90_00, "usd")
# In how many days, at what hour of the expert's own clock, and how long.
TIMES = ((3, 10, 30), (5, 15, 60), (8, 10, 30), (12, 9, 90))


def offer(scene: Scene) -> None:
    """Let the expert name a price and offer times for the next days."""
    expert = Expert.objects.select_related("user").get(user__email=EXPERT)
    consulting.set_price(expert, PRICE, by=expert.user)
    zone = ZoneInfo(expert.time_zone)
    today = scene.now.astimezone(zone).date()
    for days, hour, minutes in TIMES:
        start = datetime.combine(today + timedelta(days=days), time(hour), zone)
        consulting.offer_times(expert, [start], minutes=minutes, by=expert.user, at=scene.now)
