"""Numbers with check digits, made for people and bodies that do not exist."""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def organization_code(serial):
    """Nine characters of GB 11714. No real one begins with XD."""
    body = f"XD{serial:06d}"
    digits = [int(c) if c.isdigit() else ord(c) - ord("A") + 10 for c in body]
    check = 11 - sum(w * d for w, d in zip(ORGANIZATION_WEIGHTS, digits)) % 11
    return body + {10: "X", 11: "0"}.get(check, str(check))


def credit_code(prefix, region_code, serial):
    """Unified social credit code, GB 32100: check = 31 - sum(3^i * value) mod 31."""
    body = prefix + region_code + organization_code(serial)
    total = sum(pow(3, i, 31) * ALPHABET.index(c) for i, c in enumerate(body))
    return body + ALPHABET[(31 - total % 31) % 31]


def lawyer_licence(region_code, year, sex, serial):
    """17 digits: 1, province, city, year, kind (1: full-time), sex (1: female), serial."""
    return f"1{region_code[:4]}{year}1{1 if sex == 'female' else 0}{serial % 1000000:06d}"


def other_licence(kind_digit, region_code, year, serial):
    """Notaries, appraisers and legal workers: as long as the lawyers', led by another digit."""
    return f"{kind_digit}{region_code[:4]}{year}00{serial % 1000000:06d}"


def mobile(number):
    """190 0000 and 190 0001 ... look like phones and ring nowhere known."""
    return f"190000{number % 100000:05d}"


def landline(area_code, digits, number):
    """No local number begins with 0."""
    return f"{area_code}-{number % 100000:0{digits}d}"
