from __future__ import annotations


class ApiError(Exception):
    """Carry a refusal in the words of the Bot API."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after


def bad_request(reason: str) -> ApiError:
    """Build the refusal of a request that can't be carried out as it stands."""
    return ApiError(400, f"Bad Request: {reason}")
