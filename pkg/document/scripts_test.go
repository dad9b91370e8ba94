package document

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/document/typeset"
)

// scripts are documents with names and goods in each script, with Latin codes and numbers between them.
var scripts = map[string]struct{ seller, customer, address, goods, notes string }{
	"latin":      {"Kauaʻi Blómabúð ehf.", "Łódź Ćmielów Žďár Đặng Ẹ̀kọ́ ẞß", "Straße 12½, Åre ≥10 ⅛ ﬁne", "Růže Ḵōwhai m̄ ė́ ŋ ɓ", "Ǘ ǚ Ḿ Ẃ – „quoted“ ‹x› № 7, 50 ‰"},
	"greek":      {"Ανθοπωλείο Ελλάδα", "Ἀθῆναι Ἄνθη & Υἱοί", "Οδός Ερμού 12, Αθήνα 105 63", "Τριαντάφυλλο κόκκινο 50 cm", "Παρακαλώ ελέγξτε την ψυχρή αλυσίδα."},
	"cyrillic":   {"Цветы Україна", "Ђорђе Цвећара Ўзбек Қазақ", "ул. Ленина, д. 5, Москва", "Роза красная 50 см", "Пожалуйста, проверьте холодильную цепь."},
	"chinese":    {"上海鲜花批发有限公司", "北京玫瑰花店（朝阳区）", "北京市朝阳区建国路88号1座203室", "红玫瑰 50 厘米，甲级，每盒一百枝，配专用包装纸，供应全国各地的花店和酒店使用", "请在收货时检查冷链。24小时内提供照片索赔。謝謝您的訂單。"},
	"japanese":   {"株式会社花屋", "株式会社花屋「さくら」東京支店", "東京都千代田区丸の内1-1-1 ビル3階", "バラ フリーダム 50cm（赤）ギフト用に個別包装したもの、百本入り", "到着時にコールドチェーンをご確認ください。〜ありがとうございます。"},
	"korean":     {"서울 꽃 도매", "주식회사 장미꽃집 서울지점", "서울특별시 중구 세종대로 110", "장미 프리덤 50cm 빨강", "도착 시 콜드체인을 확인해 주세요. 감사합니다."},
	"thai":       {"ร้านดอกไม้กรุงเทพ", "บริษัท ดอกกุหลาบ จำกัด", "ถนนสุขุมวิท กรุงเทพฯ 10110", "กุหลาบแดง 50 ซม. คุณภาพเยี่ยม", "โปรดตรวจสอบห่วงโซ่ความเย็นเมื่อได้รับสินค้า ที่ปู่ ผู้ใหญ่ น้ำ"},
	"devanagari": {"दिल्ली पुष्प भंडार", "श्री कृष्ण फूल विक्रेता", "कनॉट प्लेस, नई दिल्ली 110001", "गुलाब लाल ५० सेमी श्रेष्ठ", "कृपया प्राप्ति पर शीत शृंखला की जाँच करें। क्षत्रिय द्वारा हिन्दी"},
	"arabic":     {"مشتل الورد", "مشتل الورد للتجارة (فرع دبي)", "شارع الملك فهد، الرياض 12345", "ورد أحمر 50 cm درجة أولى", "يرجى التحقق من سلسلة التبريد عند الوصول. شُكْرًا لطلبكم ٢٤ ساعة. لا إله"},
	"persian":    {"گل\u200Cفروشی تهران", "پخش گل چشمه\u200Cسار", "خیابان ولیعصر، تهران ۱۲۳۴۵", "رز قرمز ۵۰ سانتی\u200Cمتر", "لطفاً هنگام تحویل بررسی کنید. می\u200Cشود"},
	"hebrew":     {"משתלת הפרחים", "פרחי השרון בע״מ (סניף תל אביב)", "רחוב הרצל 12, תל אביב 6688312", "ורד אדום Freedom 50 cm מובחר", "נא לבדוק את שרשרת הקירור. שָׁלוֹם תודה! 24 שעות"},
	"mixed":      {"Blumenfeld 株式会社花屋", "株式会社花屋 مشتل الورد", "Kauaʻi ≥10 ⅛ ﬁne", "Rose 🌹 red ★ ♥ ✓ 장미 गुलाब กุหลาบ ורד", "A ① B → C − D ≈ 5, אבג (5) x, ورد 5 kg"},
}

// scriptContent is the content of an invoice in one script.
func scriptContent(name string) Content {
	s := scripts[name]
	d := issuedInvoice(6)
	d.Seller.Name, d.Customer.Name, d.Notes, d.Seller.Address = s.seller, s.customer, Text(s.notes), Text(s.address)
	d.Customer.Address = &IssuedAddress{Line1: Text(s.address), City: "Dubai", Country: Text(s.seller)}
	d.Customer.Code, d.Customer.TaxID = s.seller, Text("ID-"+s.seller)
	d.ShipTo = &IssuedAddress{Name: Text(s.customer), Line1: Text(s.address), Phone: "+1 404 555 0147"}
	for i := range d.Lines {
		switch i % 3 {
		case 0:
			d.Lines[i].Description = Text(s.goods)
		case 1:
			d.Lines[i].Description, d.Lines[i].MarkCode = Text(s.goods+" "+s.goods+" "+s.notes), Text(s.seller)
		}
		d.Lines[i].Notes = Text(s.notes)
	}
	d.Order.Carrier, d.Terms.Label = Text(s.seller), s.goods
	d.Charges[0].Description, d.Taxes[0].Name = Text(s.goods), s.seller
	p := ContentOf(d, samplePNG())
	p.Footer = s.notes
	return p
}

// Another program reads names, numbers and notes in every script from the PDF as they were written.
func TestPDFOfEachScriptByPoppler(t *testing.T) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		require.Empty(t, os.Getenv("CI"), "CI has poppler-utils installed")
		t.Skip("pdftotext (poppler-utils) is not installed")
	}
	turns := regexp.MustCompile("[\u202A-\u202E]") // pdftotext marks where the direction changes
	for name, script := range scripts {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "invoice.pdf")
			require.NoError(t, os.WriteFile(file, render(t, scriptContent(name)), 0o600))
			raw, err := exec.CommandContext(t.Context(), tool, "-layout", file, "-").Output()
			require.NoError(t, err)
			text := turns.ReplaceAllString(string(raw), "")
			for _, want := range []string{script.seller, script.customer, "INV-000012", "1,976.55", "0.3150"} {
				require.Contains(t, text, want)
			}
			if name != "mixed" { // its lines contain substituted characters
				for _, word := range strings.FieldsFunc(script.notes, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) }) {
					require.Contains(t, text, word) // pdftotext may move signs between words
				}
			}
		})
	}
}

// The file contains only the glyphs that are used, and those of ASCII.
func TestPDFOfEachScriptIsSmall(t *testing.T) {
	for name := range scripts {
		require.Less(t, len(render(t, scriptContent(name))), 42_000, name)
	}
}

// Text in every script stays inside the margins.
func TestPDFOfEachScriptStaysInsideTheMargins(t *testing.T) {
	for name := range scripts {
		s := newSheet(rewritten(scriptContent(name), printable))
		for _, one := range s.pieces(t) {
			require.True(t, one.X >= margin-0.01 && one.End <= s.right+0.01, "%s: %q runs from %.1f to %.1f", name, one.Text, one.X, one.End)
		}
	}
}

func TestWrapOfScripts(t *testing.T) {
	for text, want := range map[string][]string{
		"红玫瑰，甲级":       {"红玫", "瑰，甲", "级"}, // a comma does not begin a line
		"「花」花花":        {"「花」", "花花"},
		"장미 프리덤":       {"장미", "프리덤"},
		"PO-88412":     {"PO-88", "412"},
		"กกกกกกที่ที่": nil, // no mark is separated from its letter
	} {
		lines := textStyle.wrap(text, 26, 0)
		if want != nil {
			require.Equal(t, want, lines)
		}
		for _, line := range lines {
			first, _ := utf8.DecodeRuneInString(line)
			require.False(t, unicode.Is(unicode.M, first), "%q begins with a mark", line)
		}
	}
	right := textStyle.wrap("ורד Freedom אדום", 40, 0)
	require.Greater(t, len(right), 1)
	for _, line := range right {
		require.True(t, typeset.RightToLeft(line), "%q turned round", line)
	}
	indents := textStyle.indents(right)
	require.Zero(t, slices.Min(indents))
	require.Positive(t, slices.Max(indents), "they end at one edge")
}

// A value inside another text does not change the direction of the text around it.
func TestValuesAreIsolated(t *testing.T) {
	p := invoiceContent(1)
	p.Customer.Code, p.Customer.TaxID, p.Customer.Phone = "אבג", "(דהו) 12", "+1 404"
	var found bool
	for _, piece := range strings.Split(pagesOf(t, render(t, p))[0], "\n") {
		if strings.HasPrefix(piece, "Customer אבג · Tax ID ") {
			found = true
			require.True(t, strings.HasSuffix(piece, " · Tel. +1 404"), piece)
		}
	}
	require.True(t, found)
	page := renderHTML(t, p)
	require.Contains(t, page, `Customer <bdi lang="he">אבג</bdi><br>`)
	p.Customer.Name = "مشتل"
	require.Contains(t, renderHTML(t, p), `<p class="name" dir="auto" lang="und-Arab">مشتل</p>`)
}
