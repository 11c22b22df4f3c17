"""JSON for other systems, version 1."""

from flask import Flask

VERSION = "1.0.0"


def init_app(app: Flask) -> None:
    """Opens the doors of the API and writes down what stands behind them."""
    from marketplace.api import converters, document, limits
    from marketplace.api.door import Version1
    from marketplace.api.routes import DOORS
    from marketplace.web.security import csrf

    app.url_map.converters["division"] = converters.DivisionConverter
    limits.init_app(app)
    app.config.update(API_TITLE="帮扶集 API", API_VERSION=VERSION, OPENAPI_VERSION="3.1.0")
    api = Version1(app, spec_kwargs=document.preface())
    api.register_converter(converters.DivisionConverter, converters.division_schema)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    for door in DOORS:
        # A cookie opens nothing here, so no other site can make a browser call for its person.
        csrf.exempt(door)
        api.register_blueprint(door)
    app.register_blueprint(document.blueprint)
    app.extensions["api-description"] = document.complete(app, api.spec.to_dict())
