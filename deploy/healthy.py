"""Asks the service in this container whether it is ready; ends with 0 when it is. For the image's health check."""

import os
import sys
import urllib.error
import urllib.request

URL = f"http://127.0.0.1:{os.environ.get('BINHAN_PORT', '8000')}/readyz"

try:
    with urllib.request.urlopen(URL, timeout=4) as answer:
        sys.exit(answer.status != 200)  # noqa: PLR2004 - HTTP's OK
except (urllib.error.URLError, OSError) as error:
    sys.exit(f"not ready: {error}")
