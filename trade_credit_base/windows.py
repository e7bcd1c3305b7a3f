"""Windows that buttons open, in the words of ``ir.actions.act_window``."""

import logging

from odoo.exceptions import RedirectWarning


def form_of(record, **more):
    """Return the action that opens a record in its form.

    :param record: one record of any model; none for a new one
    :param more: further keys of the action, such as ``target``
    :rtype: dict
    """
    return {
        "type": "ir.actions.act_window",
        "res_model": record._name,
        "res_id": record.id,
        "views": [(False, "form")],
        **more,
    }


def list_of(model, name, domain, **more):
    """Return the action that lists records, each of which opens in its form.

    :param model: an empty recordset of the model
    :param str name: the window's title, in the reader's language
    :param list domain: which records
    :param more: further keys of the action; by default nothing can be created
    :rtype: dict
    """
    return {
        "type": "ir.actions.act_window",
        "name": name,
        "res_model": model._name,
        "views": [(False, "list"), (False, "kanban"), (False, "form")],
        "domain": domain,
        "context": {"create": False},
        **more,
    }


def dialog_for(model, name, context, **more):
    """Return the action that asks for something in a dialog.

    :param model: an empty recordset of the wizard's model
    :param str name: the dialog's title, in the reader's language
    :param dict context: what fills the dialog in, as ``default_*``
    :rtype: dict
    """
    return {
        "type": "ir.actions.act_window",
        "name": name,
        "res_model": model._name,
        "views": [(False, "form")],
        "target": "new",
        "context": context,
        **more,
    }


def shipped(env, xml_id, first=None, **more):
    """Return an action of an addon's data, with some keys replaced.

    :param str xml_id: the action's, as ``addon.name``
    :param str first: the kind of view that it opens with, if not its own
    :rtype: dict
    """
    action = env["ir.actions.act_window"]._for_xml_id(xml_id) | more
    if first:
        action["views"].sort(key=lambda view: view[1] != first)
    return action | {"display_name": action["name"]}


def shipped_for(env, xml_id, domain, **more):
    """Return an action of an addon's data on some records, without its own filters.

    :param list domain: which records
    """
    return shipped(env, xml_id, domain=domain, context={}, **more)


def chosen(model):
    """Return the records that a dialog is opened from, as the client names them.

    :param model: an empty recordset of the model; of another one there are none
    """
    context = model.env.context
    here = context.get("active_model") == model._name
    ids = context.get("active_ids") if here else ()
    ids = ids if isinstance(ids, (list, tuple)) else ()
    return model.browse(each for each in ids if isinstance(each, int))


def notice(message, kind="info", then=None):
    """Return the action that tells something in a corner of the screen.

    :param str message: in the reader's language
    :param str kind: ``info``, ``success``, ``warning`` or ``danger``
    :param dict then: the action that follows
    :rtype: dict
    """
    params = {"type": kind, "message": message}
    if then:
        params["next"] = then
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": params,
    }


def offered(words, action, label):
    """Return the error that refuses something and offers a way out as a button. To
    other clients than the browser it says the words.

    :param str words: why it is refused, and what to do
    :param dict action: what the button opens
    :param str label: of the button
    :rtype: RedirectWarning
    """
    refusal = RedirectWarning(words, action, label)
    # Logged as other refusals are, without a traceback
    refusal.loglevel = logging.WARNING
    return refusal
