"""The application, put together."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from app import __version__
from app.http.headers import SecurityHeaders
from app.routes import api, pages, stream
from app.settings import Settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the service as an ASGI application.

    Parameters
    ----------
    settings : Settings, optional
        By default what the environment says.
    """
    settings = settings or Settings()
    app = FastAPI(
        title="Unrolled",
        version=__version__,
        # The framework's own documentation pages load scripts from another host.
        openapi_url=None,
        # Whatever the environment asks for: nothing leaves this machine.
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(
                TrustedHostMiddleware, allowed_hosts=settings.host_names, www_redirect=False
            ),
        ],
    )
    app.state.settings = settings
    app.state.sessions = set()
    app.include_router(api.router)
    app.include_router(stream.router)
    app.include_router(pages.router)
    pages.mount(app)
    return app
