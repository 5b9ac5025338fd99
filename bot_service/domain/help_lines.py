"""Where people find people, in Indonesia: the only place where these numbers stand.

Compared with the health ministry's pages: kesprimkom.kemkes.go.id of 7 August 2025 (Healing119.id, free and
anonymous, active again since 31 July 2025) and its notices of 2024 and 2025 on 119 extension 8. 112 is the
country's general emergency number. Look again before you change the date.
"""

from __future__ import annotations

from datetime import date

CHECKED_ON = date(2026, 11, 20)

EMERGENCY = ("112", "119")
COUNSELLING_PAGE = "healing119.id"
COUNSELLING_CALL = "119"
COUNSELLING_EXTENSION = "8"
