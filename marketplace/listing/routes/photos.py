"""Photographs: handed in, put in order, taken out; and shown to everyone by their content."""

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.errors import N_, invalid
from marketplace.core.pictures import draw
from marketplace.listing.commands import add_photos, lead_with, remove_photo
from marketplace.listing.queries import get_own_product, get_photo
from marketplace.listing.routes.products import product_page
from marketplace.listing.routes.room import blueprint, works_for_a_producer
from marketplace.listing.rules import MOST_PHOTOS, TooManyPhotos
from marketplace.uploads.forms import read_files
from marketplace.uploads.rules import PHOTOGRAPHS, require_kind
from marketplace.web import allow, begin_again, commit, current_identity, now, public, session
from marketplace.web.again import shown_again_by

FIELD = "photos"
NO_PHOTO = N_("请先选择照片。")
FOR_GOOD = "public, max-age=31536000, immutable"


@blueprint.get("/pictures/<mark>/<size>.webp")
@public
def picture(mark: str, size: str) -> ResponseReturnValue:
    """What lies under the hash of a content never changes, so it is kept for good."""
    answer = Response(get_photo(session(), mark, size), mimetype="image/webp")
    answer.headers["Cache-Control"] = FOR_GOOD
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Disposition"] = "inline"
    answer.set_etag(f"{mark}-{size}")
    return answer.make_conditional(request)


@blueprint.post("/producer/<int:producer_id>/products/<int:product_id>/photos")
@allow(works_for_a_producer)
@shown_again_by(product_page)
def hand_in_photos(producer_id: int, product_id: int) -> ResponseReturnValue:
    identity = current_identity()
    get_own_product(session(), identity, product_id)
    files = read_files(FIELD, request.files.getlist(FIELD))
    if not files:
        raise invalid(FIELD, NO_PHOTO)
    if len(files) > MOST_PHOTOS:
        raise TooManyPhotos
    for file in files:
        require_kind(file, PHOTOGRAPHS)
    # Drawing takes a second: nobody else's writing waits for it.
    begin_again(writing=False)
    drawn = [draw(FIELD, file.content) for file in files]
    begin_again(writing=True)
    added = add_photos(session(), identity, product_id, drawn, now())
    commit()
    flash(_("已加上 %(added)s 张照片。", added=added))
    return _back(producer_id, product_id)


@blueprint.post("/producer/<int:producer_id>/products/<int:product_id>/photos/<mark>/remove")
@allow(works_for_a_producer)
@shown_again_by(product_page)
def take_out(producer_id: int, product_id: int, mark: str) -> ResponseReturnValue:
    remove_photo(session(), current_identity(), product_id, mark, now())
    commit()
    flash(_("照片已删除。"))
    return _back(producer_id, product_id)


@blueprint.post("/producer/<int:producer_id>/products/<int:product_id>/photos/<mark>/first")
@allow(works_for_a_producer)
@shown_again_by(product_page)
def put_first(producer_id: int, product_id: int, mark: str) -> ResponseReturnValue:
    lead_with(session(), current_identity(), product_id, mark, now())
    commit()
    flash(_("已设为首图。"))
    return _back(producer_id, product_id)


def _back(producer_id: int, product_id: int) -> ResponseReturnValue:
    address = url_for("listing.product", producer_id=producer_id, product_id=product_id)
    return redirect(f"{address}#photos-title")
