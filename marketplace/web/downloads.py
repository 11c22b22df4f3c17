"""Files to take away: kept by the browser under their name, never shown as a page of ours."""

from io import BytesIO

from flask import Response, send_file

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(content: bytes, media_type: str, name: str) -> Response:
    """A file as an attachment."""
    answer = send_file(BytesIO(content), media_type, as_attachment=True, download_name=name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def picture(content: bytes, media_type: str) -> Response:
    """A photograph inside a page. What it is was read from its bytes, and browsers keep to it."""
    answer = send_file(BytesIO(content), media_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    # Not for long: what is hidden has to go from pages that were open.
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer
