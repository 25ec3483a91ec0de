package catalog_test

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

// What a call of a vendor's library does is told by module, name and shape.
func TestVendor(t *testing.T) {
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		symbol  string
		ctx     bool
		vendor  string
		request bool
	}{
		{"github.com/stripe/stripe-go/v76/paymentintent.New", false, "stripe", true},
		{"(github.com/stripe/stripe-go/v76/charge.Client).Get", false, "stripe", true},
		{"github.com/stripe/stripe-go/v76/webhook.ConstructEvent", false, "stripe", false},
		{"(*github.com/sashabaranov/go-openai.Client).CreateChatCompletion", true, "openai", true},
		{"(*github.com/openai/openai-go.ChatCompletionService).New", true, "openai", true},
		{"(*github.com/plaid/plaid-go/v20/plaid.PlaidApiService).LinkTokenCreateExecute", false, "plaid", true},
		{"(github.com/okta/okta-sdk-golang/v4/okta.ApiListUsersRequest).Execute", false, "okta", true},
		{"(*github.com/sendgrid/sendgrid-go.Client).Send", false, "sendgrid", true},
		{"(*github.com/slack-go/slack.Client).PostMessageContext", true, "slack", true},
		{"(*github.com/slack-go/slack.SecretsVerifier).Write", false, "slack", false},
		{"(*github.com/silenceper/wechat/v2/miniprogram/auth.Auth).Code2Session", false, "wechat-mini", true},
		{"(*github.com/silenceper/wechat/v2/miniprogram/encryptor.Encryptor).Decrypt", false, "wechat-mini", false},
		{"(*github.com/google/generative-ai-go/genai.GenerativeModel).GenerateContent", true, "google-gemini", true},
		{"(*github.com/google/go-github/v60/github.IssuesService).AddLabelsToIssue", true, "github", true},
		{"(*google.golang.org/api/sheets/v4.SpreadsheetsValuesGetCall).Do", false, "google-sheets", true},
		{"google.golang.org/api/sheets/v4.NewService", true, "google-sheets", false},
		{"(*github.com/launchdarkly/go-server-sdk/v6.LDClient).BoolVariation", false, "launchdarkly", false},
		{"github.com/getsentry/sentry-go.Init", false, "sentry", false},
		{"(*googlemaps.github.io/maps.Client).Geocode", true, "google-maps", true},
		{"googlemaps.github.io/maps.NewClient", false, "google-maps", false},
		{"(*github.com/medivhzhan/weapp/v2.LoginResponse).GetResponseError", false, "wechat-mini", false},
	} {
		v, ok := c.Vendor(test.symbol)
		if !ok || v.Name != test.vendor {
			t.Errorf("%s: vendor %q", test.symbol, v.Name)
			continue
		}
		if got := v.Request(test.symbol, test.ctx, true); got != test.request {
			t.Errorf("%s: request is %v", test.symbol, got)
		}
		if len(v.Operations) == 0 && v.Request(test.symbol, test.ctx, false) {
			t.Errorf("%s: what cannot fail is a request", test.symbol)
		}
	}
	if v, ok := c.Vendor("github.com/stripe/stripe-go-fork.New"); ok {
		t.Errorf("another module is %s", v.Name)
	}
}

// Where a library's source was read, a call is told by what it sends, whatever
// its shape and major version.
func TestVendorOperations(t *testing.T) {
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	for symbol, first := range map[string]string{
		"github.com/stripe/stripe-go/v76/paymentintent.New":                                         "POST /v1/payment_intents",
		"(github.com/stripe/stripe-go/charge.Client).List":                                          "GET /v1/charges",
		"(*github.com/silenceper/wechat/v2/miniprogram/subscribe.Subscribe).Send":                   "POST /cgi-bin/message/subscribe/send",
		"github.com/wechatpay-apiv3/wechatpay-go/core/option.WithWechatPayAutoAuthCipher":           "GET /v3/certificates",
		"(*github.com/wechatpay-apiv3/wechatpay-go/services/payments/jsapi.JsapiApiService).Prepay": "POST /v3/pay/transactions/jsapi",
	} {
		v, ok := c.Vendor(symbol)
		if !ok || len(v.Operations) == 0 || v.Operations[0] != first {
			t.Errorf("%s sends %v", symbol, v.Operations)
			continue
		}
		if !v.Request(symbol, false, false) {
			t.Errorf("%s is no request", symbol)
		}
	}
}

// Every row of operations is of a vendor's library and names verbs and paths.
func TestVendorOperationRows(t *testing.T) {
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile("data/vendor-operations.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct{ Call string }
	if err := json.Unmarshal(b, &rows); err != nil {
		t.Fatal(err)
	}
	operation := regexp.MustCompile(`^(GET|POST|PUT|PATCH|DELETE) /[^ ?%]+$`)
	for i, r := range rows {
		v, ok := c.Vendor(r.Call)
		if !ok || len(v.Operations) == 0 || i > 0 && r.Call <= rows[i-1].Call {
			t.Errorf("%s: vendor %q, %d operations, or not in order", r.Call, v.Name, len(v.Operations))
		}
		for _, o := range v.Operations {
			if !operation.MatchString(o) {
				t.Errorf("%s: %q", r.Call, o)
			}
		}
	}
}
