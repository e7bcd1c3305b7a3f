"""A play's clock, which goes by its days, and its walls, which nothing leaves."""

import contextlib
import io
from datetime import timedelta
from unittest.mock import patch

from reportlab.pdfgen.canvas import Canvas

from odoo.tools import html2plaintext

TOP, LEFT, STEP = 800, 50, 12  # points


def each_day(env, start, end):
    """Yield days while this process's clock is set to their mornings.

    :param date start: the first day
    :param date end: the last one
    """
    # Nothing else needs it. Odoo's tests put another one into the package itself.
    from freezegun.api import freeze_time

    # Cores have no clock, but compare types, and freezing exchanges them.
    cores = [f"odoo.addons.{addon}.core" for addon in env.registry._init_modules]
    morning = f"{start} 08:00:00"
    with freeze_time(morning, tick=True, ignore=cores) as clock:
        for number in range((end - start).days + 1):
            day = start + timedelta(number)
            clock.move_to(f"{day} 08:00:00")
            yield day


@contextlib.contextmanager
def on_a_stage(env):
    """Keep everything inside the transaction, and the building.

    Scheduled jobs commit, which an installation must not until it is complete. Mail
    servers take every mail and send none. Where ``wkhtmltopdf`` is missing, letters are
    plain text, so that they go out all the same.
    """
    with contextlib.ExitStack() as stage:
        change = stage.enter_context
        change(patch.object(env.cr, "commit", env.cr.flush))
        server = env.registry["ir.mail_server"]
        change(patch.object(server, "_disable_send", lambda *_args: False))
        change(patch.object(server, "_connect__", lambda *_args, **_options: None))
        change(patch.object(server, "send_email", _take))
        report = env["ir.actions.report"]
        if report.get_wkhtmltopdf_state() in ("install", "broken"):
            change(patch.object(type(report), "_collection_pdf", _plain))
        yield


def _take(_server, message, *_others, **_options):
    return message["Message-Id"]


def _plain(report, record, _data=None):
    """:return: a document as a PDF of plain text"""
    html, _kind = report._render_qweb_html(report, record.ids)
    document = io.BytesIO()
    canvas = Canvas(document, invariant=1)
    lines = html2plaintext(html.decode()).splitlines()
    for place, line in enumerate(filter(None, map(str.strip, lines))):
        canvas.drawString(LEFT, TOP - STEP * place, line)
    canvas.save()
    return document.getvalue()
