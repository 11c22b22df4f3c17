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
