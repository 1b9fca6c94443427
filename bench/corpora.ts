import { globSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { seededNumbers } from "../test/unit/enrich/counter/sample-texts";

/** Text of one kind, in batches that are timed one by one. Each text of a batch is counted by itself. */
export interface Corpus {
  name: string;
  /** What the counter is held to: see `goalsOf` in tokens.ts. */
  kind: "prose" | "code" | "cjk" | "other";
  batches: string[][];
}

/** UTF-16 units of a corpus, and of a batch. */
const CORPUS_UNITS = 1_200_000;
const BATCH_UNITS = 100_000;
/** Units that one file may give, so that no corpus is a single file's style. */
const FILE_UNITS_MAX = 400_000;

/** Found in the repository and its packages, or made from lists with a fixed seed: the same texts for the same lock file. */
export function readCorpora(): Corpus[] {
  return [
    ofText(
      "English",
      "prose",
      readFiles(["*.md", "node_modules/*/{README,LICENSE}.md", "node_modules/@{types,cloudflare}/**/*.d.ts"], proseOf),
    ),
    ofText("TypeScript", "code", readFiles(["src/**/*.ts", "node_modules/{zod,@cloudflare,freeplay,@anthropic-ai}/**/src/**/*.ts"])),
    ofText(
      "minified JS",
      "code",
      readFiles(["node_modules/oxfmt/dist/{typescript,babel,postcss,flow,angular}*.js", "node_modules/**/*.min.js"]),
    ),
    ofText("JSON", "other", readFiles(["node_modules/{oxlint,wrangler,oxfmt,mime-db}/*.json", "node_modules/**/package.json"])),
    ofText("Chinese", "cjk", makeSentences(chineseWords, "", ["，", "。", "，", "、", "！"])),
    ofText("Japanese", "cjk", makeSentences(japaneseWords, "", ["、", "。", "。", "」", "？"])),
    ofText("emoji", "other", makeSentences(emoji, " ", ["!", "...", "\n"])),
    ofText("base64", "other", makeBase64()),
  ];
}

/** The texts in the messages of recorded calls, each as long as it is. */
export function corpusOfCalls(path: string): Corpus {
  const batches: string[][] = [];
  let units = BATCH_UNITS;
  for (const text of readRecordedCalls(path)) {
    if (units >= BATCH_UNITS) {
      batches.push([]);
      units = 0;
    }
    batches.at(-1)?.push(text);
    units += text.length;
  }
  return { name: "chat messages", kind: "other", batches };
}

/** Every string in the messages and answers of recorded calls: a file of one JSON object a line, gzipped. */
export function readRecordedCalls(path: string): string[] {
  const lines = gunzipSync(readFileSync(path)).toString("utf8").trim().split("\n");
  const texts: string[] = [];
  for (const line of lines) {
    const { messages, response } = JSON.parse(line) as { messages?: unknown; response?: unknown };
    collectStrings(messages, texts);
    collectStrings(response, texts);
  }
  return texts;
}

function collectStrings(value: unknown, texts: string[]): void {
  if (typeof value === "string") texts.push(value);
  else if (typeof value === "object" && value !== null) for (const each of Object.values(value)) collectStrings(each, texts);
}

function ofText(name: string, kind: Corpus["kind"], text: string): Corpus {
  const batches: string[][] = [];
  for (let at = 0; at < text.length; at += BATCH_UNITS) batches.push([text.slice(at, at + BATCH_UNITS)]);
  return { name, kind, batches };
}

function readFiles(globs: string[], clean = (text: string) => text): string {
  let text = "";
  for (const path of globSync(globs).toSorted()) {
    text += clean(readFileSync(path, "utf8")).slice(0, FILE_UNITS_MAX);
    if (text.length >= CORPUS_UNITS) break;
  }
  return text.slice(0, CORPUS_UNITS);
}

/** The sentences of a README or of a declaration's comments: no code, no tables and no links. */
function proseOf(source: string): string {
  return source
    .replaceAll(/```[^]*?(?:```|$)/g, "")
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .split("\n")
    .map((line) => line.replace(/^\s*\*? ?/, ""))
    .filter((line) => /^[A-Z][^{};=|<>]{60,}$/.test(line))
    .join("\n");
}

/** Words of a list, the first ones oftener, in sentences of 5 to 16. */
function makeSentences(list: string, between: string, ends: string[]): string {
  const next = seededNumbers(1);
  const words = list.split(" ");
  const sentences: string[] = [];
  for (let units = 0; units < CORPUS_UNITS;) {
    const sentence = Array.from({ length: 5 + next(12) }, () => words[Math.floor((next(1000) * next(1000) * words.length) / 1e6)]);
    sentences.push(sentence.join(between) + ends[next(ends.length)]);
    units += sentence.join(between).length + 1;
  }
  return sentences.join("").slice(0, CORPUS_UNITS);
}

function makeBase64(): string {
  const next = seededNumbers(2);
  return Buffer.from(Array.from({ length: (CORPUS_UNITS / 4) * 3 }, () => next(256))).toString("base64");
}

const chineseWords =
  "的 是 在 我 了 有 和 不 人 这 他 我们 你 也 就 都 可以 一个 说 要 会 对 上 到 没有 自己 他们 什么 时候 问题 中国 知道 现在 因为 所以 如果 但是 这个 那个 " +
  "工作 时间 公司 发展 学习 使用 需要 系统 数据 模型 语言 用户 请求 回答 服务 信息 技术 研究 经济 社会 政府 国家 世界 城市 生活 教育 学生 老师 朋友 家庭 " +
  "应该 能够 开始 继续 提供 支持 管理 进行 通过 关于 根据 以及 或者 虽然 然后 已经 还是 比较 非常 特别 重要 主要 不同 相同 简单 复杂 方法 结果 过程 原因 " +
  "影响 变化 增加 减少 提高 改善 解决 处理 分析 设计 开发 测试 部署 记录 收集 导出 存储 查询 价格 成本 计算 估计 准确 错误 成功 失败 今天 明天 昨天 上午 " +
  "下午 北京 上海 火车 飞机 天气 下雨 太阳 月亮 山 水 河流 森林 动物 植物 食物 米饭 面条 茶 咖啡 医院 医生 健康 运动 音乐 电影 历史 文化 传统 节日 春节 " +
  "人工智能 机器学习 自然语言处理 数据库 互联网 操作系统 软件工程 云计算 分布式 缓存 队列 网络 协议 加密 安全 隐私 权限 密钥 令牌 消息 对话 提示 温度 参数";
const japaneseWords =
  "の は が を に で と も です ます した ある いる する から まで この その それ これ という ので ため こと もの とき よう について として できる なる 私 彼 人 " +
  "日本 東京 時間 今日 明日 昨日 会社 仕事 学校 学生 先生 友達 家族 問題 質問 回答 説明 方法 結果 必要 重要 簡単 使用 利用 開発 設計 実装 確認 変更 追加 削除 " +
  "データ システム モデル ユーザー サーバー メッセージ プログラム インターネット コンピュータ アプリケーション テスト エラー ログ トークン リクエスト " +
  "ください ありがとう ございます お願いします 思います 考えて 行って 見て 食べる 飲む 書く 読む 話す 聞く 電車 飛行機 天気 雨 空 海 山 川 桜 春 夏 秋 冬 " +
  "人工知能 機械学習 自然言語処理 記録 収集 料金 計算 推定 正確 成功 失敗 世界 社会 経済 政治 文化 歴史 音楽 映画 料理 病院 医者 健康 運動 旅行 写真 言葉 名前 " +
  "しかし また さらに そして もし ただし すべて それぞれ たとえば 一方 以上 以下 場合 部分 全体 最初 最後 新しい 古い 大きい 小さい 高い 安い 早い 遅い 美しい";
const emoji =
  "😀 😂 🤣 😊 😍 🙏 👍 🎉 🔥 ✨ 🚀 💡 ❤️ 👍🏽 👩‍💻 👨‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 🇯🇵 ☺️ 1️⃣ ✅ ❌ ⚠️ 📊 📈 🐛 🔧 💥 🤔 😅 😭 🥳 🙌 💪 🌍 ⏰ 📝 🔒 🧠 🤖 ☕ 🍕 🎂 🎁 ⚡ 🌈 ⭐ 💬 🧪 " +
  "👏🏻 🤷‍♂️ 🤦🏾‍♀️ 🧑🏿‍🚀 🏴‍☠️ 🫠 🪄 🦄 🐍 🦀 🐳 🕊️ 🗑️ 🖼️ 🎙️ 🛠️ ♻️ ➡️ ⬆️ ▶️ ©️ ™️ 😀😀 🎉🎉🎉 🔥🔥 💯 🆗 🈯";
