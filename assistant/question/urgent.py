"""Whether something is happening now, and which card of first steps is for it: rules over the words of a question.

A question about what a thing is, how to prevent it or what a policy should say is not urgent, whatever it names.
"""

from __future__ import annotations

import re

_WHO = (
    r"(?:i|ive|we|weve|she|shes|he|hes|they|theyve|someone|somebody|one of (?:us|our|my)(?: \w+){0,2}"
    r"|(?:an?|our|my|the|new|agency|bank) (?:\w+ ){0,3}?(?:carers?|workers?|nurses?|managers?|staff|colleagues?|admin"
    r"|receptionist|seniors?"
    r"|deputy|boss|bosses|members?|assistants?|lad|girl|guy|apprentice|student|resident|client|mum|dad|nan|daughter|son"
    r"|husband|wife))"
)
_BEFORE = r"(?:(?: \w+){0,4}? (?:have|has|had|may have|might have|must have|just|already|accidentally|stupidly)| \w+ly)*"
_THING = (
    r"(?:phone|mobile|mob|handset|iphone|smartphone|tablet|ipad|laptop|lap top|device|usb|memory stick|stick|pen drive"
    r"|work bag|handbag|bag"
    r"|computer|chromebook|diary|notebook|paperwork|folder|keys?|(?:mar |rota )?sheets?|mar charts?|care notes)"
)
_GIVEN = (
    r"(?:pass ?words?|passcode|pin|log ?in|login details|user ?name|details|codes?|security code|verification code"
    r"|account number|credentials"
    r"|info|information)"
)
_MONEY = r"(?:bank|card|sort code|account number|cvv|credit card|debit card|bank card|company card)"
_ACCOUNT = (
    r"(?:e ?mails?|mailbox|inbox|account|accounts|facebook|fb|insta(?:gram)?|whats ?app|nhs ?mail|social media|teams"
    r"|outlook|gmail|page|system"
    r"|online banking|care app|care system)"
)
_LOCKED = r"(?:locked|encrypted|scrambled|frozen|jumbled|unreadable|renamed)"
_FILES = (
    r"(?:files?|screens?|computers?|computer screens?|everything|systems?|records?|laptops?|pcs?|folders?|documents?"
    r"|care plans?|all of it|network"
    r"|server|data)"
)

_CUES: dict[str, tuple[str, ...]] = {
    "ransomware": (
        rf"\b{_FILES}(?: (?:on|in|at)(?: \w+){{1,4}}?)?(?: (?:is|are|has|have|been|being|got|gone|all|just|suddenly"
        rf"|says?|now|completely)|'s|'ve)+ "
        rf"(?:\w+ )?{_LOCKED}\b",
        rf"\b{_LOCKED} (?:all )?(?:our|my|the|every) (?:\w+ )?{_FILES}\b",
        r"\b(?:want|wants|wanting|demand\w*|ask\w*|says?|saying|have to|got to|need to|message|note|told)\b.{0,40}"
        r"\b(?:bitcoins?|ransom|crypto)\b",
        r"\b(?:ransom(?:ware)?|bitcoins?)\b.{0,30}\b(?:on (?:my|our|the|every|all)|has hit|hit us|right now|first)\b",
        r"\b(?:we(?:'ve| have)?|i(?:'ve| have)?|our \w+ (?:has|have)) (?:just |been |got |have )*(?:got |had |hit by "
        r"|a )*ransomware\b",
        r"\b(?:we|our (?:\w+ )?(?:home|office|company|systems?|network|computers?|service|server))(?:'ve|'re| have| has"
        r"| are| is| were| was| got| just| being"
        r"| been)+ (?:\w+ )?(?:hacked|attacked|under attack|hit by|breached)\b",
        r"\b(?:stolen|taken|copied|got hold of|have|has) (?:all )?our (?:data|files|records"
        r"|information)\b.{0,60}\b(?:publish|leak|pay|release|sell)",
        r"\bunder (?:cyber ?)?attack\b.{0,20}\b(?:now|right)\b|\b(?:we|we're|we are"
        r"|system is) under (?:a )?(?:cyber ?)?attack\b"
        r"|\b(?:live|cyber) attack (?:happening|going on|right|now|in progress)\b|\bhackers? (?:are|is) in (?:the"
        r"|our) system",
        r"\b(?:every|all|our|the) (?:\w+ )?files?\b.{0,40}\b(?:weird|strange|funny|odd|different) (?:ending|name|extension)",
    ),
    "money-or-bank-details": (
        rf"\b(?:gave|given|give|gives|told|typed|entered|put|sent|shared|handed|read out)\b.{{0,40}}\b{_MONEY}\b",
        r"\b(?:i|we|she|he|they|carer|manager|finance|office|resident|mum|dad|someone)(?:'ve| have| has)?(?: just"
        r"| already| \w+ly)*"
        r"(?: this second)? (?:paid|transferred|sent (?:the |some )?money|sent £|wired|bought)\b.{0,60}"
        r"\b(?:scam\w*|con|conned|fake|fraud\w*|wrong (?:account|person|people)|wasn'?t (?:real|them)|isn'?t (?:real"
        r"|them)|vouchers?|gift cards?"
        r"|bogus|dodgy|not genuine|turns? out)\b",
        r"\b(?:money|£[\d,]+|payment|wages|invoice)\b.{0,30}\b(?:has|have|'s|is|was|been|got|gone)\b.{0,25}"
        r"\b(?:gone (?:from|out|missing)|stolen|taken|to (?:a )?(?:scammers?|fraudsters?|the wrong))",
        r"\b(?:paid|transferred|sent)\b.{0,160}\b(?:never (?:changed|asked|sent)|is ?n'?t theirs|knows? nothing)\b",
        r"\b(?:sent|read|gave|given|texted) (?:\w+ ){0,3}(?:the )?(?:codes?|vouchers?|gift cards?)\b.{0,20}$"
        r"|\bbought (?:the |some |\w+ )?(?:gift cards?|vouchers?)\b",
        r"\b(?:been|was|were|got|just) (?:\w+ )?(?:scammed|conned|defrauded|ripped off)\b",
    ),
    "clicked-link": (
        rf"\b{_WHO}(?:'ve|'s|'d)?{_BEFORE} (?:clicked|opened|tapped|pressed|followed|downloaded|scanned|replied"
        rf"|installed|fallen for|fell for)\b.{{0,60}}"
        r"\b(?:link|attachment|file|e ?mail|text|message|qr|pdf|button|website|page|invoice|app|scam|phish\w*|it|one|on)\b",
        rf"\b{_WHO}(?:'ve|'s|'d)?{_BEFORE} (?:click|clicked) on\b",
        r"^(?:help )?(?:just )?(?:clicked|opened|tapped|pressed|click)\b.{0,40}\b(?:link|attachment|e ?mail|text"
        r"|message|file|qr)\b",
        rf"\b(?:gave|given|told|typed|entered|put|shared|handed over|read out)\b.{{0,40}}\b(?:my|our|her|his|their|the"
        rf"|work|a|in)\b.{{0,20}}"
        rf"\b{_GIVEN}\b",
        rf"\b(?:put|typed|entered) (?:my|our|her|his|the|their) {_GIVEN}\b",
        r"\bcontrol of (?:my|our|the|her|his) (?:mouse|screen|computer|laptop|pc)\b",
        r"\b(?:stuck|plugged|put)\b.{0,15}\b(?:usb|memory stick|stick|pen drive)\b.{0,90}\b(?:popping|virus|weird|slow|odd)",
        r"\b(?:let|given|gave|allowed) (?:him|her|them|someone|somebody|a caller|the caller|this man|a man)\b.{0,40}"
        r"\b(?:on|into|onto|control|access|remote\w*)\b.{0,20}\b(?:computer|laptop|pc|screen|system|machine)",
    ),
    "account-taken-over": (
        rf"\b(?:some(?:one|body)|hackers?|they|a stranger|criminals?|an ex\S*(?: \w+)?|he|she)(?:'s|'ve| has| have| is"
        rf"| are)?(?: \w+){{0,3}}? "
        rf"(?:got into|gotten into|broken into|in|into|inside|logged (?:in ?to|on ?to)|taken over|using"
        rf"|hacked(?: into)?|access to)"
        rf" (?:my|our|the|her|his|a|one of our|the manager'?s)(?: \w+){{0,3}}? ?{_ACCOUNT}\b",
        rf"\b(?:my|our|her|his|their|the|manager'?s|boss'?s?|staff)(?: \w+){{0,3}}? ?{_ACCOUNT}(?: account)?"
        r"(?: (?:has|have|had|is|was|been|got|gets|being|just|might|may|be|'s))*(?:'s)? (?:been )?(?:hacked|taken over"
        r"|compromised|broken into|hijacked)",
        rf"\b(?:been|got|i'm|we're|are) (?:hacked|locked out of)\b.{{0,30}}\b(?:my|our|the)? ?{_ACCOUNT}",
        r"\b(?:e ?mails?|messages?|posts?)\b.{0,30}\b(?:from (?:my|our)|as me|in my name|to (?:my|our|all))\b.{0,40}"
        r"\b(?:didn'?t|did not|never|isn'?t me|not me|weren'?t me|wasn'?t me)\b",
        r"\b(?:strange|weird|odd|spam|dodgy|scam) (?:e ?mails?|messages?|posts?)\b.{0,25}\b(?:from|out of) (?:my"
        r"|our)\b.{0,15}\b(?:account|mailbox|e ?mail)",
        r"\b(?:i've|i have|we've|we have|i was|i got|ive|help i'?ve) (?:just )?been hacked\b",
    ),
    "lost-device": (
        rf"\b(?:lost|lose|losing|stolen|stole|nicked|pinched|snatched|misplaced|mislaid|robbed of"
        rf"|mugged)\b.{{0,40}}\b{_THING}\b",
        rf"\b{_THING}\b.{{0,40}}\b(?:(?:is|has|have|been|was|were|got|gone|'s) )+(?:\w+ )?(?:lost|stolen|nicked|missing"
        rf"|snatched|pinched|taken)\b",
        rf"\b(?:left|dropped|leaving)\b.{{0,30}}\b{_THING}\b.{{0,20}}\b(?:on|in|at)\b.{{0,12}}\b(?:bus|train|taxi|cab"
        rf"|tube|tram|pub|cafe|shop|car|park"
        rf"|client'?s|waiting|toilets?|supermarket|plane|street|pavement)",
        rf"\b{_THING}\b.{{0,20}}\bleft (?:behind|on (?:the|a) (?:bus|train|tube|tram)"
        rf"|in (?:a|the) (?:taxi|cab|pub|cafe|shop|car))\b",
        rf"\b(?:can'?t|cannot|cant) find\b.{{0,20}}\b(?:work )?{_THING}\b",
        rf"\b(?:broken into|break ?in|burgled|burglary)\b.{{0,60}}\b{_THING}\b",
        rf"\b{_THING}\b.{{0,10}} (?:lost|stolen|nicked|gone missing)\b",
    ),
    "wrong-person": (
        r"\b(?:sent|emailed|e-mailed|posted|faxed|texted|forwarded|gave|given|handed|shared|uploaded|told|put|addressed"
        r"|attached)\b.{0,70}"
        r"\bwrong\b(?! (?:with|to|if|way|answer|side|date|time|day|box|word|spelling|key|button|font))",
        r"\b(?:letter|e ?mail|care plan|report|file|fax|parcel|rota|notes?|list|spreadsheet|message|assessment)\b.{0,40}"
        r"\b(?:went|gone|going|ended up|delivered|arrived|sent|got)\b.{0,25}\b(?:to )?(?:the )?(?:wrong|someone else"
        r"|somebody else|a stranger|next door"
        r"|everyone|all (?:the )?(?:families|staff|relatives))",
        r"\b(?:used|put|in|with|using)\b.{0,30}\bcc\b.{0,30}\b(?:instead|not bcc|rather)|\beveryone (?:can|could|saw"
        r"|has seen) (?:all )?"
        r"(?:the |each ?other'?s? ?|everyone'?s )?(?:e ?mail )?addresses\b|\bforgot (?:to )?(?:use )?(?:the )?bcc\b",
        r"\bfaxed\b.{0,60}\b(?:random|other) number\b",
    ),
}

_ASKING_ABOUT = re.compile(
    r"^(?:please |can you |could you )?(?:what(?:'s| is| are|s)? (?:an? |the |meant by )?(?!happen|now|next|do|should"
    r"|first|on earth)\w+(?: \w+)?\??$"
    r"|explain|define|why (?:is|are|do|does|would|should)|is it true|when was|who (?:is|are) (?:the|responsible)"
    r"|how (?:common|many|often|likely|much))",
)
_SUPPOSED = re.compile(
    r"\b(?:what|whats|and|so|but) if\b|\b(?:do|does|happens?|say|tell) when\b|\b(?:if|whenever|in case|should) (?:i|we"
    r"|you|he|she|they|someone|somebody|anyone|staff|carers?|a|an|any|the|our"
    r"|one|my|people|residents?|families)\b|\bif .{0,20}\b(?:gets?|is|are|were)\b|\bwould\b|\bsuppose\b|\bpolic(?:y"
    r"|ies)\b|\bprocedures?\b"
    r"|\btrain(?:ing)?\b|\bteach|\bplan for\b|\bprevent\b|\bavoid\b|\bstop(?:ping)? (?:staff|people|carers|someone"
    r"|hackers|scammers|it)\b|\bprotect\b"
    r"|\bhow (?:do|can|could|should|to) (?:we |i |you |people |staff )?(?:stop|prevent|avoid|spot|recogni[sz]e|tell"
    r"|know|protect|keep|make|set|test|plan)\b"
    r"|\bcan (?:you|hackers|someone|they|criminals|people) (?:get|steal|hack)|\bdoes .{0,30}\bcount\b|\bis (?:a|an"
    r"|losing|it a)\b.{0,40}\bbreach\b"
    r"|\blast (?:year|month)\b|\b(?:months|years) ago\b|\bin general\b|\bhow long\b.{0,20}\bkeep\b|\bafter a hack\b",
)
_NOT_DONE = re.compile(
    r"\b(?:have ?n[o']?t|haven'?t|hasn'?t|has not|have not|did ?n[o']?t|didn'?t|did not|never|nearly|almost|without|not)"
    r"(?: \w+){0,2} (?:click\w*|open\w*|repl(?:y|ied)|press\w*|tap\w*|given|gave|pa(?:y|id)|download\w*|enter\w*)"
)
_NOT_SENT = re.compile(r"\b(?:nearly|almost|about to)\b.{0,20}\b(?:sent|send|posted|post|emailed|gave|faxed)|\bcaught it\b")
_NO_COMPUTER = re.compile(r"\b(?:cupboard|cabinet|key|keys|drawer|door|room|filing)\b")
_NOW = re.compile(
    r"\b(?:right now|just now|this (?:minute|second|instant)|help!*|happening now|at the moment|as we speak|just this)\b"
)

DANGER = re.compile(
    r"\b(?:chok(?:ing|ed)|not breathing|can'?t breathe|stopped breathing|unconscious|unresponsive|collapsed"
    r"|bleeding (?:badly|heavily|a lot)|stroke"
    r"|heart attack|having a (?:fit|seizure)|seizure|overdose[ds]?|suicid\w+|kill (?:him|her|them|my)sel\w+|going blue"
    r"|turned blue|on fire|a fire|chest pains?"
    r"|intruder|being attacked|has a knife|stabbed)\b",
    re.IGNORECASE,
)
"""Words of a life in danger, for which there is no time to read guidance."""

_UNLESS = {"clicked-link": _NOT_DONE, "ransomware": _NO_COMPUTER, "wrong-person": _NOT_SENT}
_PATTERNS = {card: tuple(re.compile(one) for one in cues) for card, cues in _CUES.items()}


def urgent_card(question: str) -> str:
    """Return the id of the card of first steps for what is happening now; empty where nothing seems to.

    Where several fit, the first of the order in which harm spreads: ransomware, money, a click, an account, a device, a
    message to the wrong person.
    """
    asked = " ".join(question.lower().replace("\u2019", "'").split())
    if _ASKING_ABOUT.search(asked) or (_SUPPOSED.search(asked) and not _NOW.search(asked)):
        return ""
    for card, cues in _PATTERNS.items():
        unless = _UNLESS.get(card)
        if any(cue.search(asked) for cue in cues) and not (unless and unless.search(asked)):
            return card
    return ""
