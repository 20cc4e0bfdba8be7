"""The WSGI application, for granian."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from marketplace.kit.clock import agreement

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
application = get_wsgi_application()
# Reads every view before the first request: whoever comes first to a new process, while the old one
# ends, would wait for that beyond what admission lets anybody wait.
_ = get_resolver().url_patterns
# A process is not believed to begin on a machine whose clock is right.
agreement.forget()
