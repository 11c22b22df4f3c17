"""What is done with standings: units that are behind hear of it."""

from marketplace.reports.commands.course import COURSE_JOB, begin_course, tell_off_course
from marketplace.reports.commands.remind import remind_units

__all__ = ["COURSE_JOB", "begin_course", "remind_units", "tell_off_course"]
