"""Fictional cases in any number, the same for the same seed. For measures only: they tell nothing.

Words follow the frequencies of a language, so that rare and common ones cost what they cost in life.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from search.documents import CaseDocument

DOMAINS = [
    "mobilite",
    "energie",
    "batiments",
    "eclairage",
    "eau",
    "dechets",
    "qualite-air",
    "social",
]
STEPS = ["culture", "competences", "strategie", "service"]
SUBJECTS = [
    "éclairage public", "capteurs de bruit", "open data", "tournées de collecte", "fuites d'eau",
    "qualité de l'air", "stationnement", "menus de la cantine", "budget participatif", "données ouvertes",
]  # fmt: skip
SYLLABLES = [
    "ba",
    "cor",
    "di",
    "fer",
    "gal",
    "lo",
    "mi",
    "nu",
    "pra",
    "quo",
    "ri",
    "sel",
    "tan",
    "vo",
]
VOCABULARY = 30_000
BODY_WORDS = 220


def words(seed: int = 1) -> list[str]:
    """A vocabulary of made-up words, the most frequent first."""
    chance = random.Random(seed)
    return ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(VOCABULARY)]


def documents(count: int, seed: int = 1, first: int = 1) -> Iterator[CaseDocument]:
    """`count` fictional cases."""
    chance = random.Random(seed)
    vocabulary = words(seed)
    weights = [1 / rank for rank in range(1, VOCABULARY + 1)]
    pool = chance.choices(vocabulary, weights, k=400_000)
    start = datetime(2020, 1, 1, tzinfo=UTC)
    for number in range(first, first + count):
        place = chance.randrange(len(pool) - BODY_WORDS)
        text = pool[place : place + BODY_WORDS]
        subject = chance.choice(SUBJECTS)
        departement = chance.randint(1, 95)
        commune = f"insee:{departement:02d}{chance.randint(1, 400):03d}"
        yield CaseDocument(
            page_id=number,
            version=1,
            title=f"Exemple fictif {number} : {subject}, {' '.join(text[:4])}",
            summary=f"{subject} {' '.join(text[4:30])}",
            names=f"commune {number % 400} {chance.choice(SUBJECTS)}",
            results=" ".join(text[30:80]),
            lessons=" ".join(text[80:120]),
            body=" ".join(text[120:]) + f" {chance.choice(SUBJECTS)}",
            facets={
                "domains": tuple(sorted(chance.sample(DOMAINS, 2))),
                "step": (chance.choice(STEPS),),
                "territories": (commune, f"dep:{departement:02d}", f"reg:{departement % 13:02d}"),
                "tags": tuple(sorted({f"mot-{chance.randint(1, 2_000)}" for _ in range(4)})),
                "organisation": (f"organisation-{chance.randint(1, 500)}",),
                "population": (f"bande-{number % 5}",),
            },
            published_at=start + timedelta(minutes=number),
            places=(commune,),
            participants=(f"organisation-{number % 500}",),
            started=20100101 + 10_000 * (number % 15),
            quarters=number % 5,
        )


def write_pages(count: int) -> list[int]:
    """Pages for `count` fictional cases more, under the first partner; their identifiers, in order.

    They have what lists of results and suggestions read: a title, a summary, a step, a domain, a
    commune, the right to be read. Needs a prepared database.
    """
    from django.contrib.contenttypes.models import ContentType
    from django.db import transaction
    from wagtail.models import Page

    from casestudies.models import CaseStudyPage, CaseTerritory, Domain, Territory
    from cms.models import PartnerPage

    parent = PartnerPage.objects.order_by("path").first()
    taken = parent.numchild
    kind = ContentType.objects.get_for_model(CaseStudyPage)
    common = {"depth": parent.depth + 1, "content_type": kind, "locale": parent.locale}
    made = list(documents(count))
    with transaction.atomic():
        Page.objects.bulk_create(
            [
                Page(
                    title=document.title,
                    draft_title=document.title,
                    slug=f"mesure-{taken}-{rank}",
                    path=Page._get_path(parent.path, parent.depth + 1, taken + rank),
                    url_path=f"{parent.url_path}mesure-{taken}-{rank}/",
                    last_published_at=document.published_at,
                    first_published_at=document.published_at,
                    **common,
                )
                for rank, document in enumerate(made, start=1)
            ],
            batch_size=500,
        )
        Page.objects.filter(pk=parent.pk).update(numchild=taken + count)
        keys = list(
            Page.objects.filter(slug__startswith=f"mesure-{taken}-")
            .order_by("path")
            .values_list("pk", flat=True)
        )
        # Django writes no rows in bulk for a model with a parent table.
        for key, document in zip(keys, made, strict=True):
            page = CaseStudyPage(page_ptr_id=key, step="service", summary=document.summary)
            page.save_base(raw=True, force_insert=True)
        chance = random.Random(count)
        communes = Territory.objects.filter(kind="commune").order_by("-population", "code")
        places = list(communes.values_list("pk", flat=True)[:4_000])
        CaseTerritory.objects.bulk_create(
            [CaseTerritory(page_id=key, territory_id=chance.choice(places)) for key in keys],
            batch_size=500,
        )
        links = CaseStudyPage.domains.through
        domains = list(Domain.objects.values_list("pk", flat=True))
        links.objects.bulk_create(
            [links(casestudypage_id=key, domain_id=chance.choice(domains)) for key in keys],
            batch_size=500,
        )
    return keys
