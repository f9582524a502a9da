"""``python -m autograde where huber``: where one loss or exercise lives, part by part."""

from __future__ import annotations

import lossref
from autograde.exercises import all_exercises
from autograde.rooms import Room, exercise_rooms, loss_rooms


def rooms_of(slug: str) -> list[Room]:
    """Every room that ``slug`` has or should have; ValueError if nobody knows it."""
    rooms: list[Room] = []
    for spec in lossref.specs():
        if spec.slug == slug:
            rooms += loss_rooms(spec)
    for exercise in all_exercises():
        if exercise.slug == slug:
            rooms += exercise_rooms(exercise.chapter, slug, exercise.page)
    if not rooms:
        known = sorted({s.slug for s in lossref.specs()} | {e.slug for e in all_exercises()})
        raise ValueError(f"where: nothing is called {slug!r}; known are {', '.join(known)}")
    return rooms


def main(slug: str) -> int:
    """Print the rooms; 0 if all are there, 1 if one is missing."""
    rooms = rooms_of(slug)
    width = max(len(room.what) for room in rooms)
    for room in rooms:
        print(f"{'present' if room.present else 'MISSING'}  {room.what:<{width}}  {room}")
    return 0 if all(room.present for room in rooms) else 1
