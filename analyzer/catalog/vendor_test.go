package catalog_test

import (
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
		if v.Request(test.symbol, test.ctx, false) {
			t.Errorf("%s: what cannot fail is a request", test.symbol)
		}
	}
	if v, ok := c.Vendor("github.com/stripe/stripe-go-fork.New"); ok {
		t.Errorf("another module is %s", v.Name)
	}
}
