from __future__ import annotations


class ApiError(Exception):
    """Carry a refusal in the words of the Bot API.

    Args:
        code: the HTTP status.
        description: why, as Telegram says it.
        parameters: what helps the caller on: `retry_after` or `migrate_to_chat_id`.
    """

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(reason: str, **parameters: int) -> ApiError:
    """Build the refusal of a request that can't be carried out as it stands."""
    return ApiError(400, f"Bad Request: {reason}", **parameters)


def forbidden(reason: str) -> ApiError:
    """Build the refusal of a request to a chat that keeps the bot out."""
    return ApiError(403, f"Forbidden: {reason}")


def too_many(wait: int) -> ApiError:
    """Build the refusal of a call that came too soon."""
    return ApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
