// Writes 5,000 random and 5,000 boundary profiles with their awards in fen, computed in BigInt, one JSON object a line.
// The argument is the URL of a module with `rng`, `profile`, `boundary`, `exact` and `KEYS`.
const { rng, profile, boundary, exact, KEYS } = await import(process.argv[2]);
const yuan = (fen) => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, "0")}元`;
const input = (p) => ({
  首次认定: p.first,
  重新认定: p.renew,
  设备投资: yuan(p.equipF),
  营业收入: { 2024: yuan(p.revNowF), 2023: yuan(p.revPrevF) },
  零售额: yuan(p.retailF),
  产值: { 2024: yuan(p.outNowF), 2023: yuan(p.outPrevF) },
  贷款利息: yuan(p.interestF),
  租用面积: `${p.area}平方米`,
  租金单价: `${(p.priceF / 100).toFixed(2)}元/平方米/月`,
  租用月数: `${p.months}月`,
  租用年次: ["第一年", "第二年", "第三年", "第四年"][p.rentYear - 1],
  招用毕业生: `${p.grads}人`,
  招用退役军人: `${p.vets}人`,
  用电量: { 2024: `${p.kwhNow}千瓦时`, 2023: `${p.kwhPrev}千瓦时` },
  纳税额: yuan(p.taxF),
});
const random = rng(20240601);
const lines = [];
for (const [kind, make] of [["random", profile], ["boundary", boundary]]) {
  for (let index = 0; index < 5000; index++) {
    const p = make(random);
    const awards = exact(p);
    const fen = Object.fromEntries(KEYS.map((key) => [key, Number(awards[key])]));
    lines.push(JSON.stringify({ kind, input: input(p), fen }));
  }
}
process.stdout.write(lines.join("\n") + "\n");
