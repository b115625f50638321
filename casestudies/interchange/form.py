"""The one form in which a case is compared, stored and exported: every key, in one order.

It works on plain values, and must not query or judge anything.
"""

from typing import Any, Final

SECTIONS: Final = ("context", "approach", "data", "governance", "results", "lessons")
BRIEF: Final = ("done", "gained", "unsolved")
DATES: Final = ("published_at", "updated_at")
UNORDERED: Final = ("themes", "domains", "capacities", "sharing_models", "tags")
"""Lists whose order means nothing."""

Case = dict[str, Any]


def canonical(data: Case) -> Case:
    """`data`, known to fit the schema, with every key in its place and nothing left implicit."""
    return {
        "number": None if data.get("number") is None else int(data["number"]),
        "slug": data["slug"],
        "kind": data["kind"],
        "title": data["title"].strip(),
        "summary": data["summary"].strip(),
        "language": data.get("language") or "fr",
        "organisation": data["organisation"],
        "partners": [canonical_partner(item) for item in data.get("partners", ())],
        "territories": list(data["territories"]),
        "themes": list(data["themes"]),
        "domains": list(data.get("domains", ())),
        "capacities": list(data.get("capacities", ())),
        "obstacles": [canonical_obstacle(item) for item in data.get("obstacles", ())],
        "sharing_models": list(data.get("sharing_models", ())),
        "step": data.get("step"),
        "status": data.get("status"),
        "tags": list(data.get("tags", ())),
        "started": data.get("started"),
        "ended": data.get("ended"),
        "cost": canonical_cost(data.get("cost")),
        "sections": {name: data["sections"][name] for name in SECTIONS if name in data["sections"]},
        "brief": {name: data.get("brief", {}).get(name, "").strip() for name in BRIEF},
        "timeline": [canonical_event(item) for item in data.get("timeline", ())],
        "indicators": [canonical_indicator(item) for item in data.get("indicators", ())],
        "sources": [canonical_source(item) for item in data.get("sources", ())],
        "licence": data.get("licence") or "lo-2.0",
        "reliability": data.get("reliability"),
        "validated": data.get("validated", False),
        "published_at": data.get("published_at"),
        "updated_at": data.get("updated_at"),
    }


def comparable(case: Case) -> Case:
    """What makes two states of a case the same: not its number nor its dates."""
    kept = {key: value for key, value in case.items() if key != "number" and key not in DATES}
    return kept | {name: sorted(case[name]) for name in UNORDERED}


def canonical_partner(item: str | Case) -> str | Case:
    """A slug, or an object when the role is not the usual one."""
    if isinstance(item, str) or item.get("role", "partner") == "partner":
        return partner_slug(item)
    return {"slug": item["slug"], "role": item["role"]}


def partner_slug(item: str | Case) -> str:
    """Which partner an item of `partners` names."""
    return item if isinstance(item, str) else str(item["slug"])


def canonical_obstacle(item: str | Case) -> str | Case:
    """An identifier, or an object when something is said of the obstacle."""
    if isinstance(item, str):
        return item
    observed, response = item.get("observed", "").strip(), item.get("response", "").strip()
    if not observed and not response:
        return str(item["id"])
    return {"id": item["id"], "observed": observed, "response": response}


def obstacle_id(item: str | Case) -> str:
    """Which obstacle an item of `obstacles` names."""
    return item if isinstance(item, str) else str(item["id"])


def canonical_cost(cost: Case | None) -> Case | None:
    """The cost with its currency; a whole amount is written as an integer."""
    if cost is None:
        return None
    amount = cost["amount"]
    if amount is not None:
        amount = int(amount) if amount == int(amount) else float(amount)
    whole = {
        "amount": amount,
        "currency": cost.get("currency") or "EUR",
        "perimeter": cost.get("perimeter", "").strip(),
    }
    return whole | with_value(cost, "source")


def canonical_event(item: Case) -> Case:
    """A moment; what is not known of it is absent, its date excepted."""
    return {
        "date": item.get("date"),
        **with_value(item, "when"),
        "kind": item["kind"],
        "text": item["text"].strip(),
        **with_value(item, "capacity"),
        **with_value(item, "obstacle"),
    }


def canonical_indicator(item: Case) -> Case:
    """A figure with its nature."""
    return {
        "label": item["label"].strip(),
        "value": item["value"].strip(),
        "unit": item.get("unit", "").strip(),
        "nature": item["nature"],
        **with_value(item, "source"),
    }


def canonical_source(item: Case) -> Case:
    """A source."""
    return {
        "publisher": item.get("publisher", "").strip(),
        "title": item["title"].strip(),
        **with_value(item, "url"),
        **with_value(item, "consulted"),
    }


def with_value(item: Case, name: str) -> Case:
    """The field if it holds something."""
    value = (item.get(name) or "").strip()
    return {name: value} if value else {}
