"""Random profiles, whole and partly hidden, with what the slow interpreter of the draft says of them.

Usage: profiles.py DRAFT OUT SEED ROUNDS
DRAFT is the folder of the draft; OUT receives a corpus folder and profiles.jsonl.
"""

import json
import os
import random
import re
import sys
import tomllib
from fractions import Fraction as F

draft, out, seed, rounds = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
sys.path.insert(0, draft)
os.chdir(draft)
sys.argv = ["profiles", seed, "0"]
import prop  # noqa: E402  (compiles the draft's encodings; generates nothing at 0 rounds)
from rl import Iv, run  # noqa: E402
from run_all import B, V  # noqa: E402

# Amounts of other policies are inputs there and results here.
SKIP = {"s39"}
POLICY = "encodings"


def corpus():
    md = open("encodings.md").read()
    md = re.sub(r"```group\n.*?```\n", "", md, flags=re.S)
    md = re.sub(r"## 39 .*?(?=\n## )", "", md, flags=re.S)
    # Numbers of the headings are no anchors here.
    md = re.sub(r"^## \S+ ", "## ", md, flags=re.M)
    text = f'+++\nid = "{POLICY}"\ntitle = "草案"\n+++\n\n' + md.split("\n", 1)[1]
    write("corpus/park/encodings.md", text)
    vocabulary = tomllib.load(open("vocab.toml", "rb"))
    fields = []
    for row in vocabulary["fields"]:
        name, ident, kind = row[:3]
        flags = row[3] if len(row) > 3 else {}
        entry = f'[[field]]\nname = "{name}"\nid = "{ident}"\ntype = "{kind}"\n'
        if kind == "清单":
            items = "".join(f'  {{ name = "{n}", id = "{i}", type = "{t}" }},\n' for n, i, t in flags["item"])
            entry += f"item = [\n{items}]\n"
        if flags.get("yearly"):
            entry += "yearly = true\n"
        if "min" in flags:
            entry += f'min = "{flags["min"]}"\n'
        fields.append(entry)
    write("corpus/vocabulary/fields/all.toml", "\n".join(fields))
    parameters = []
    for name, keys, kind in vocabulary["params"]:
        keys = ", ".join(f'"{key}"' for key in keys.split(","))
        # The draft knows no public figure below zero.
        least = 'min = "0%"\n' if kind == "比例" else ""
        parameters.append(f'[[parameter]]\nname = "{name}"\nkeys = [{keys}]\ntype = "{kind}"\n{least}through = 2000-01-01\nrows = []\n')
    write("corpus/vocabulary/parameters.toml", "\n".join(parameters))


def write(path, text):
    path = os.path.join(out, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def decimal(value):
    """A fraction whose decimal ends, as text."""
    value = F(value)
    sign = "-" if value < 0 else ""
    value = abs(value)
    digits = 0
    while value.denominator != 1:
        value *= 10
        digits += 1
        assert digits < 40
    text = str(value.numerator).rjust(digits + 1, "0")
    return sign + (text[:-digits] + "." + text[-digits:] if digits else text)


def number(value, kind):
    if kind[0] == "year":
        return str(int(value))
    if kind[1] == (("月", -1),):
        return decimal(value * 1200) + "%/年"
    return decimal(value)


def answer(x, kind):
    if isinstance(x, Iv):
        low = number(x.lo, kind)
        return low if x.pt else f"{low}至{number(x.hi, kind)}"
    if kind[0] == "date":
        return f"{x // 10000}-{x // 100 % 100:02}-{x % 100:02}"
    return x


def profile(p, benefit):
    q = {}
    for key, x in p.items():
        if key == "申报日期":
            continue
        call = re.fullmatch(r"(\S+?)\((.*)\)", key)
        if call is None:
            field = V.f[key]
            if field["type"][0] == "list":
                q[key] = [{n: answer(v, field["item"][n]["type"]) for n, v in item.items()} for item in x]
            elif isinstance(x, dict):
                q[key] = {year: answer(v, field["type"]) for year, v in x.items()}
            else:
                q[key] = answer(x, field["type"])
        elif call[1] == "已获":
            target = call[2].replace("本条", f"{POLICY}#{benefit}").replace(",", ", ")
            q[f"已获({target})"] = answer(x, ("num", (("元", 1),)))
        elif call[1] == "历年最高":
            q[key] = answer(x, V.f[call[2]]["type"])
        else:
            keys, kind = V.par[call[1]]
            value = F(str(x))
            parts = call[2].split(",")
            if len(parts) != len(keys.split(",")) or any(("日期" == k) != (len(a) == 8) for k, a in zip(keys.split(","), parts)):
                continue
            parts = [answer(int(a), ("date",)) if len(a) == 8 else a for a in parts]
            q[f"{call[1]}({', '.join(parts)})"] = number(value, kind)
    return q


def hidden(p):
    q = {}
    for key, x in p.items():
        z = random.random()
        if z < 0.35:
            continue
        if isinstance(x, list) and z < 0.6:
            q[key] = [{n: v for n, v in item.items() if random.random() < 0.6} for item in x]
        elif isinstance(x, dict):
            q[key] = {year: v for year, v in x.items() if random.random() < 0.6}
        elif isinstance(x, Iv) and z < 0.5 and not key.endswith("年度"):
            q[key] = Iv(x.lo * F(8, 10), x.lo * F(13, 10))
        else:
            q[key] = x
    q["申报日期"] = p["申报日期"]
    return q


def end(value):
    return None if value in (float("inf"), float("-inf")) else decimal(value)


def said(benefit, p):
    r = run(B[benefit], V, p, 2024)
    return {"verdict": r["verdict"], "low": end(r["amount"].lo), "high": end(r["amount"].hi)}


corpus()
random.seed(int(seed))
lines = []
for _ in range(rounds):
    for ident, b in B.items():
        if ident in SKIP:
            continue
        whole = prop.full(b, prop.uses(b))
        part = hidden(whole)
        lines.append(json.dumps({
            "benefit": f"{POLICY}#{ident}",
            "whole": profile(whole, ident),
            "part": profile(part, ident),
            "whole_says": said(ident, whole),
            "part_says": said(ident, part),
        }, ensure_ascii=False))
write("profiles.jsonl", "\n".join(lines) + "\n")
