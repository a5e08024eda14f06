// Texts of many kinds, for measuring what is made of them without a tokenizer.

const seeded = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function drawn(seed: number, length: number, alphabet: string): string {
  const random = seeded(seed)
  const letters = Array.from(alphabet)
  return Array.from({ length }, () => letters[Math.floor(random() * letters.length)]).join('')
}

const HEX = '0123456789abcdef'
const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const BASE64 = `${LOWER}${LOWER.toUpperCase()}0123456789+/`
const PRINTABLE = String.fromCharCode(...Array.from({ length: 95 }, (_, i) => 32 + i))

const uuids = Array.from({ length: 20 }, (_, i) => {
  const hex = drawn(i + 1, 32, HEX)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
    .join('-')
    .concat('\n')
}).join('')

const vectors = JSON.stringify(
  Array.from({ length: 60 }, (_, i) => Number((Math.sin(i + 1) * 0.1).toFixed(8))),
)

export const samples: Readonly<Record<string, string>> = {
  english: `The committee met on Tuesday to discuss the budget for the coming year. Most of the members
agreed that the library should stay open in the evening, although several of them were worried about
the cost of heating. "We have to think about the children," said the chair, who has lived in the town
for thirty years. "If they cannot read here after school, where will they go?" A decision is expected
before the end of the month, and the residents will be told about it by letter. Until then the building
closes at six o'clock, as it has done since the roof was repaired last winter.`,
  'english, technical': `A gateway stands between its tenants and the providers. Each request is identified,
checked against the limits of its tenant and forwarded; while the answer streams back, the usage is read
out of the events and the reservation is settled afterwards. When the store cannot be reached, requests
that would spend money are refused with a retryable error, because an unknown balance is no balance.
Idempotent settlement means that a repeated message neither charges twice nor releases twice.`,
  german: `Die Versammlung beschloss am Donnerstag, die Öffnungszeiten der Bücherei zu verlängern, obwohl
einige Mitglieder wegen der Heizkosten Bedenken äußerten. „Wir müssen an die Kinder denken“, sagte die
Vorsitzende, die seit dreißig Jahren in der Stadt wohnt. Eine endgültige Entscheidung wird vor Ende des
Monats erwartet, und die Bürgerinnen und Bürger werden schriftlich darüber unterrichtet.`,
  russian: `Комитет собрался во вторник, чтобы обсудить бюджет на следующий год. Большинство участников
согласились, что библиотека должна работать по вечерам, хотя некоторых беспокоила стоимость отопления.
Решение ожидается до конца месяца, и жители города узнают о нём из письма.`,
  greek: `Η επιτροπή συνεδρίασε την Τρίτη για να συζητήσει τον προϋπολογισμό του επόμενου έτους. Η απόφαση
αναμένεται πριν από το τέλος του μήνα.`,
  arabic: `اجتمعت اللجنة يوم الثلاثاء لمناقشة ميزانية العام المقبل. ووافق معظم الأعضاء على أن تبقى المكتبة
مفتوحة في المساء، رغم أن بعضهم كان قلقا بشأن تكلفة التدفئة.`,
  hebrew: `הוועדה התכנסה ביום שלישי כדי לדון בתקציב לשנה הבאה. רוב החברים הסכימו שהספרייה תישאר פתוחה בערב.`,
  hindi: `समिति ने अगले वर्ष के बजट पर चर्चा करने के लिए मंगलवार को बैठक की। अधिकांश सदस्य इस बात पर सहमत थे कि
पुस्तकालय शाम को खुला रहना चाहिए।`,
  thai: `คณะกรรมการประชุมกันเมื่อวันอังคารเพื่อหารือเรื่องงบประมาณสำหรับปีหน้า สมาชิกส่วนใหญ่เห็นด้วยว่าห้องสมุดควรเปิดในตอนเย็น`,
  chinese: `委员会于星期二开会，讨论明年的预算。大多数成员同意图书馆晚上应该继续开放，但有几位担心取暖的费用。
预计月底之前会作出决定，届时居民将收到书面通知。在此之前，大楼每天六点关门。`,
  japanese: `委員会は火曜日に集まり、来年度の予算について話し合った。多くの委員は図書館を夜も開けておくべきだという
意見に賛成したが、暖房費を心配する声もあった。カーテンは月末までに新しくなる。`,
  korean: `위원회는 화요일에 모여 내년 예산을 논의했다. 대부분의 위원은 도서관을 저녁에도 열어야 한다는 데 동의했지만
난방비를 걱정하는 사람도 있었다. 결정은 이달 말 전에 내려질 예정이다.`,
  emoji: '😀🎉👩‍👩‍👧‍👦🇩🇪👍🏽❤️🔥✨🧑‍🚀 so 🥳 nice 🫠 day ☕️ '.repeat(6),
  typescript: `export async function settle(receipt: Receipt, usage: Usage): Promise<Settled> {
  const price = lookupPrice(table, receipt.provider, receipt.model)
  if (price === null) throw new Error(\`no price for \${receipt.model}\`)
  for (let attempt = 0; attempt < 3; attempt++) {
    const reply = await store.settle({ id: receipt.holdId, amount: chargeNanoUsd(price, usage) })
    if (reply.kind !== 'unknown') return reply // settled, or swept before
  }
\treturn { kind: 'pending', retryAfterMs: 1_000 }
}
`,
  html: `<ul class="nav nav-list">\n  <li><a href="/docs/index.html?lang=en&amp;v=2" title="Home">Home</a></li>\n
  <li id="x-42"><img src="../img/logo@2x.png" alt=""/></li>\n</ul>`.repeat(3),
  json: JSON.stringify(
    {
      id: 'chatcmpl-123',
      object: 'chat.completion',
      choices: [{ index: 0, finish_reason: 'stop' }],
    },
    null,
    2,
  ).repeat(3),
  'json numbers': vectors,
  base64: drawn(1, 900, BASE64),
  uuid: uuids,
  hex: drawn(2, 900, HEX),
  'random letters': drawn(3, 900, LOWER),
  'random text': drawn(4, 900, PRINTABLE),
  'one letter': 'a'.repeat(1000),
  blanks: ' '.repeat(1000),
  'blanks and lines': '  \n\n\t \r\n'.repeat(120),
  'random blanks': drawn(5, 900, ' \n\t\r'),
  'random characters': drawn(6, 500, 'aZ5 éßбчشא中のカ한글กअ😀\u0301\u200d\u00a0'),
}

/** Cut to at most 1,024 characters: a tokenizer's time grows with the square of an unbroken piece. */
export function slices(text: string): string[] {
  const cut: string[] = []
  for (let at = 0; at < text.length; at += 1024) cut.push(text.slice(at, at + 1024))
  return cut
}
