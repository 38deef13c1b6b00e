/**
 * Common names with their readings: a Japanese name cannot be spelled in a-z without them. The
 * lists of the maskers have none, so these stand beside them.
 */
export const givenNames = readings(`
葵 aoi 七海 nanami 久美子 kumiko 京子 kyoko 佳奈 kana 優奈 yuna 優子 yuko 優花 yuka 光子 mitsuko 典子 noriko
千夏 chinatsu 千尋 chihiro 友美 tomomi 咲良 sakura 啓子 keiko 孝子 takako 幸子 sachiko 弘子 hiroko 彩乃 ayano 彩香 ayaka
心春 koharu 恵子 keiko 恵美 emi 悦子 etsuko 愛子 aiko 愛美 manami 敏子 toshiko 文子 fumiko 早紀 saki 明日香 asuka
明美 akemi 昭子 akiko 智子 tomoko 智美 tomomi 未来 miku 桃子 momoko 桜 sakura 楓 kaede 沙織 saori 洋子 yoko
浩子 hiroko 玲奈 reina 理恵 rie 由佳 yuka 由美 yumi 由美子 yumiko 直子 naoko 直美 naomi 真由美 mayumi 瞳 hitomi
節子 setsuko 紀子 noriko 純子 junko 結衣 yui 絵美 emi 美咲 misaki 美智子 michiko 美月 mizuki 美穂 miho 美紀 miki
美香 mika 良子 yoshiko 花子 hanako 芳子 yoshiko 茜 akane 莉子 riko 裕子 yuko 裕美 hiromi 里奈 rina 陽子 yoko
陽菜 hina 順子 junko 香織 kaori 麻衣 mai 麻美 asami 一男 kazuo 一郎 ichiro 三郎 saburo 亮 ryo 亮太 ryota
修 osamu 健一 kenichi 健太 kenta 健太郎 kentaro 優斗 yuto 勇 isamu 博之 hiroyuki 和也 kazuya 和夫 kazuo 和彦 kazuhiko
哲也 tetsuya 大介 daisuke 大地 daichi 大輔 daisuke 太一 taichi 康平 kohei 拓也 takuya 拓海 takumi 昭 akira 智也 tomoya
正夫 masao 正治 masaharu 正雄 masao 武 takeshi 洋平 yohei 浩二 koji 海斗 kaito 涼太 ryota 直人 naoto 直樹 naoki
秀樹 hideki 秀雄 hideo 竜也 tatsuya 義雄 yoshio 翔太 shota 翔平 shohei 英樹 hideki 蓮 ren 誠 makoto 達也 tatsuya
雄太 yuta 陽斗 haruto 隆 takashi 健 ken 稔 minoru 茂 shigeru 実 minoru 剛 tsuyoshi 勉 tsutomu 学 manabu
`);

export const familyNames = readings(`
佐藤 sato 鈴木 suzuki 高橋 takahashi 田中 tanaka 渡辺 watanabe 伊藤 ito 山本 yamamoto 中村 nakamura 小林 kobayashi
加藤 kato 吉田 yoshida 山田 yamada 佐々木 sasaki 山口 yamaguchi 松本 matsumoto 井上 inoue 木村 kimura 林 hayashi
清水 shimizu 斎藤 saito 山崎 yamazaki 森 mori 阿部 abe 池田 ikeda 橋本 hashimoto 石川 ishikawa 前田 maeda
藤田 fujita 小川 ogawa 後藤 goto 岡田 okada 村上 murakami 長谷川 hasegawa 近藤 kondo 石井 ishii 坂本 sakamoto
遠藤 endo 藤井 fujii 青木 aoki 福田 fukuda 西村 nishimura 太田 ota 三浦 miura 藤原 fujiwara 岡本 okamoto
松田 matsuda 中川 nakagawa 中野 nakano 原田 harada 小野 ono 田村 tamura 竹内 takeuchi 金子 kaneko 和田 wada
中山 nakayama 石田 ishida 上田 ueda 森田 morita 柴田 shibata 酒井 sakai 工藤 kudo 横山 yokoyama 宮崎 miyazaki
宮本 miyamoto 内田 uchida 高木 takagi 安藤 ando 谷口 taniguchi 大野 ono 丸山 maruyama 今井 imai 高田 takada
藤本 fujimoto 武田 takeda 村田 murata 上野 ueno 杉山 sugiyama 増田 masuda 平野 hirano 大塚 otsuka 千葉 chiba
久保 kubo 松井 matsui 小島 kojima 岩崎 iwasaki 桜井 sakurai 野口 noguchi 松尾 matsuo 野村 nomura 木下 kinoshita
菊地 kikuchi 佐野 sano 大西 onishi 杉本 sugimoto 新井 arai 浜田 hamada 菅原 sugawara 市川 ichikawa 水野 mizuno
小松 komatsu 島田 shimada 古川 furukawa 小山 koyama 高野 takano 山内 yamauchi 西田 nishida 菊池 kikuchi 西川 nishikawa
五十嵐 igarashi 北村 kitamura 安田 yasuda 中田 nakata 川口 kawaguchi 平田 hirata 川崎 kawasaki 飯田 iida 吉川 yoshikawa
本田 honda 久保田 kubota 沢田 sawada 辻 tsuji 関 seki 吉村 yoshimura 渡部 watanabe 岩田 iwata 中西 nakanishi
服部 hattori 樋口 higuchi 福島 fukushima 川上 kawakami 永井 nagai 松岡 matsuoka 田口 taguchi 山中 yamanaka 森本 morimoto
土屋 tsuchiya 矢野 yano 広瀬 hirose 秋山 akiyama 石原 ishihara 松下 matsushita 大橋 ohashi 松浦 matsuura 吉岡 yoshioka
`);

function readings(text: string): ReadonlyMap<string, string> {
  const words = text.trim().split(/\s+/);
  return new Map(
    words.flatMap((name, i) => (i % 2 === 0 ? [[name, words[i + 1] as string] as const] : [])),
  );
}
