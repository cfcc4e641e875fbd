"""Items of GOV.UK's Content API. Shapes follow the examples of alphagov/publishing-api; the words are the project's own."""

from __future__ import annotations

import uuid
from typing import Any

HOST = "www.gov.uk"
ANSWER = "/report-suspicious-emails-websites-phishing"
GUIDE = "/care-records-on-paper"
PUBLICATION = "/government/publications/the-state-of-cyber-security-in-adult-social-care"
SUMMARY = f"{PUBLICATION}/ministerial-foreword-and-report-summary"
FINDINGS = f"{PUBLICATION}/findings-in-full-accessible"
COLLECTION = "/government/collections/cyber-security-codes-of-practice"
MANUAL = "/guidance/keeping-care-records"
SECTIONS = (f"{MANUAL}/what-to-write-down", f"{MANUAL}/who-may-read-it")
DETAILED = "/guidance/where-to-report-a-cyber-incident"
WITHDRAWN = "/guidance/sending-care-plans-by-fax"
GONE = "/government/publications/register-of-care-faxes"
GONE_AS_ITEM = "/guidance/register-of-pagers"
REDIRECT = "/guidance/report-a-cyber-attack"
REDIRECT_AS_ITEM = "/report-dodgy-emails"
WELSH = "/canllawiau-cofnodion-gofal"
DEPARTMENT = "department-of-health-and-social-care"


def _item(path: str, schema: str, title: str, body: str = "", **more: Any) -> dict[str, Any]:
    """Return an item; ``details`` are added to those with the body, other fields take the place of the usual ones."""
    details = ({"body": f'<div class="govspeak">{body}</div>'} if body else {}) | more.pop("details", {})
    return {
        "base_path": path,
        "content_id": _content_id(path),
        "document_type": schema,
        "first_published_at": "2024-05-14T08:30:00.000+00:00",
        "locale": "en",
        "phase": "live",
        "public_updated_at": "2026-01-20T10:15:00.000+00:00",
        "publishing_app": "whitehall",
        "rendering_app": "frontend",
        "schema_name": schema,
        "title": title,
        "updated_at": "2026-02-27T03:00:00.000Z",
        "withdrawn_notice": {},
        "description": f"{title}, for people who run care services.",
        "details": details,
        "links": {
            "organisations": [
                {"title": "Department of Health and Social Care", "base_path": f"/government/organisations/{DEPARTMENT}"}
            ]
        },
    } | more


def _content_id(path: str) -> str:
    """Return the id of the item at a path, the same in every run."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://{HOST}{path}"))


def _linked(path: str, title: str, schema: str = "publication", withdrawn: bool = False) -> dict[str, Any]:
    """Return what the links of an item say of another one."""
    return {
        "content_id": _content_id(path),
        "title": title,
        "locale": "en",
        "base_path": path,
        "api_path": f"/api/content{path}",
        "api_url": f"https://{HOST}/api/content{path}",
        "web_url": f"https://{HOST}{path}",
        "document_type": schema,
        "schema_name": schema,
        "withdrawn": withdrawn,
        "links": {},
    }


def _nations(*applicable: str) -> dict[str, Any]:
    labels = {"england": "England", "northern_ireland": "Northern Ireland", "scotland": "Scotland", "wales": "Wales"}
    return {"national_applicability": {key: {"label": name, "applicable": name in applicable} for key, name in labels.items()}}


_PHISHING = """<p>Send a suspicious email on to the reporting address, then delete it.</p>
<div class="call-to-action"><p>Never answer a message that asks for the passwords of your care service.</p></div>
<h2 id="emails">Emails</h2><p>Forward the whole message. You will not always get an answer.</p>
<h2 id="texts">Text messages</h2><p>Send texts on to the short number that your phone company gives.</p>
<ul><li>Do not tap the link.</li><li>Do not ring the number in the text.</li><li>Tell your manager.</li></ul>"""

PARTS = [
    {
        "title": "Overview",
        "slug": "overview",
        "body": "<p>Paper records need the same care as those on a computer.</p>",
    },
    {
        "title": "Storing files",
        "slug": "storing",
        "body": "<p>Lock the cabinet whenever the office is empty.</p>"
        '<h2 id="keys">Keys</h2><p>Write down who holds a key.</p>',
    },
    {
        "title": "If a file is lost",
        "slug": "losing",
        "body": "<p>Search for an hour at most, then tell the person in charge of data.</p>"
        "<ol><li>Write down what was in it.</li><li>Say who may be harmed.</li><li>Decide whether to report it.</li></ol>",
    },
]

_SUMMARY = """<h2 id="foreword">Foreword</h2><p>Care services told us how they keep their computers safe.</p>
<h2 id="what-we-found">What we found</h2><p>Most homes back up their rotas, and fewer have tried to restore them.</p>
<table><thead><tr><th scope="col">Kind of service</th><th scope="col">Tried a restore</th></tr></thead>
<tbody><tr><td>Care home</td><td>31 of 80</td></tr><tr><td>Home care</td><td>12 of 60</td></tr></tbody></table>"""

_FINDINGS = """<h2 id="method">How we asked</h2><p>We rang 140 managers in the spring.</p>
<h2 id="training">Training</h2><p>Half of the staff had a lesson in the last year.</p>
<div class="help-notice"><p>Figures are of the services that answered.</p></div>"""

_DETAILED = """<p>Use this page to find out whom to tell first.</p>
<h2 id="crime">If it is a crime</h2><p>Ring the police reporting line at any hour when an attack is going on.</p>
<h2 id="personal-data">If personal data is involved</h2><p>Count the 72 hours from when somebody noticed.</p>
<div class="application-notice info-notice"><p>Keep notes of each call, with the time.</p></div>"""

_PUBLICATION_ATTACHMENTS = [
    {"attachment_type": "html", "id": "1", "title": "Ministerial foreword and report summary", "url": SUMMARY},
    {"attachment_type": "html", "id": "2", "title": "Findings in full (accessible)", "url": FINDINGS},
    {
        "attachment_type": "file",
        "id": "findings.pdf",
        "title": "Findings in full (print ready)",
        "url": "https://assets.publishing.service.gov.uk/media/0001/findings.pdf",
        "content_type": "application/pdf",
        "filename": "findings.pdf",
        "file_size": 20_480,
        "number_of_pages": 9,
        "accessible": False,
    },
    {"attachment_type": "external", "id": "3", "title": "Tables", "url": "https://tables.invalid/"},
]

ITEMS: list[dict[str, Any]] = [
    _item(ANSWER, "answer", "Report a suspicious message", _PHISHING, publishing_app="publisher"),
    _item(GUIDE, "guide", "Care records on paper", details={"parts": PARTS, "external_related_links": []}),
    _item(
        PUBLICATION,
        "publication",
        "The state of cyber security in adult social care",
        "<p>What care services told us about their computers.</p>",
        document_type="research",
        details={
            "attachments": _PUBLICATION_ATTACHMENTS,
            "featured_attachments": ["1", "2"],
            "change_history": [{"public_timestamp": "2024-05-14T09:30:00.000+01:00", "note": "First published."}],
        },
        links={
            "children": [_linked(SUMMARY, "Summary", "html_publication"), _linked(FINDINGS, "Findings", "html_publication")]
        },
    ),
    *(
        _item(
            path,
            "html_publication",
            title,
            body,
            description=None,
            details={"public_timestamp": "2026-01-20T10:15:00.000+00:00", "first_published_version": True},
            links={
                "parent": [
                    _linked(PUBLICATION, "The state of cyber security in adult social care") | {"document_type": "research"}
                ]
            },
        )
        for path, title, body in (
            (SUMMARY, "Ministerial foreword and report summary", _SUMMARY),
            (FINDINGS, "Findings in full (accessible)", _FINDINGS),
        )
    ),
    _item(
        COLLECTION,
        "document_collection",
        "Codes of practice for computers in care",
        '<p>These pages say what suppliers of care software should do.</p><h2 id="how-to-use">How to use the codes</h2>'
        "<p>Ask each supplier which of them it follows.</p>",
        details={"collection_groups": [{"title": "Codes", "documents": [_content_id(DETAILED), _content_id(WITHDRAWN)]}]},
        links={
            "documents": [
                _linked(DETAILED, "Where to report a cyber incident", "detailed_guide"),
                _linked(WITHDRAWN, "Sending care plans by fax", "detailed_guide", withdrawn=True),
            ]
        },
    ),
    _item(
        MANUAL,
        "manual",
        "Keeping care records",
        "<p>A short manual on records of care.</p>",
        details={
            "child_section_groups": [
                {
                    "title": "Contents",
                    "child_sections": [
                        {"title": "What to write down", "description": "", "base_path": SECTIONS[0]},
                        {"title": "Who may read it", "description": "", "base_path": SECTIONS[1]},
                    ],
                }
            ]
        },
    ),
    *(
        _item(
            path,
            "manual_section",
            title,
            body,
            details={"manual": {"base_path": MANUAL}},
            links={"manual": [_linked(MANUAL, "Keeping care records", "manual")]},
        )
        for path, title, body in (
            (
                SECTIONS[0],
                "What to write down",
                '<h2 id="each-visit">Each visit</h2><p>Write down the time, who came, and what was done.</p>',
            ),
            (
                SECTIONS[1],
                "Who may read it",
                '<h2 id="the-person">The person</h2><p>People may read what is written about them.</p>',
            ),
        )
    ),
    _item(
        DETAILED,
        "detailed_guide",
        "Where to report a cyber incident",
        _DETAILED,
        public_updated_at="2026-02-26T00:15:00.000+00:00",
        details=_nations("England", "Wales"),
    ),
    _item(
        WITHDRAWN,
        "detailed_guide",
        "Sending care plans by fax",
        '<h2 id="number">The number</h2><p>Ring before you send a fax.</p>',
        withdrawn_notice={
            "explanation": '<div class="govspeak"><p>Fax machines are no longer used. '
            'Read about <a href="/guidance">secure email</a>.</p></div>',
            "withdrawn_at": "2025-11-03T12:00:00Z",
        },
    ),
    _item(WELSH, "detailed_guide", "Cofnodion gofal", '<h2 id="un">Un</h2><p>Cadwch y cofnodion dan glo.</p>', locale="cy"),
]

_NO_LONGER = {
    GONE: {"explanation": '<div class="govspeak"><p>Published by mistake.</p></div>', "alternative_path": DETAILED},
    GONE_AS_ITEM: {"explanation": "", "alternative_path": ""},
}


def gone(path: str) -> dict[str, Any]:
    """Return the item of a page that is no more."""
    return _bare(path, "gone", _NO_LONGER[path]) | {"public_updated_at": None}


def redirect_item(path: str, destination: str) -> dict[str, Any]:
    """Return the item of a page that moved, where the API says so in an item."""
    return _bare(path, "redirect", {}) | {
        "withdrawn_notice": {},
        "redirects": [{"path": path, "type": "exact", "destination": destination}],
    }


def _bare(path: str, schema: str, details: dict[str, Any]) -> dict[str, Any]:
    return {
        "base_path": path,
        "content_id": None,
        "document_type": schema,
        "schema_name": schema,
        "locale": "en",
        "title": None,
        "description": None,
        "publishing_app": "whitehall",
        "details": details,
        "links": {},
    }
