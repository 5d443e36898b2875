"""Lessons: data files that lead through the lab, read and rendered here."""

from app.lessons.lesson import Lesson
from app.lessons.library import LessonError, Library

__all__ = ["Lesson", "LessonError", "Library"]
