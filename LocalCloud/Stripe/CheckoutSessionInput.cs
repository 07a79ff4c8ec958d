using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Reads the parameters of a new checkout session into the session.</summary>
internal static class CheckoutSessionInput
{
    private static readonly TimeSpan MinLife = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan MaxLife = TimeSpan.FromHours(24);

    // What changes the amount or the mode and is not offered here (shipping_options, subscription_data) is unknown on purpose:
    // a silent difference from the real page would be worse than a refusal.
    private static readonly string[] Known =
    [
        "mode", "line_items", "success_url", "cancel_url", "ui_mode", "client_reference_id", "customer", "customer_email",
        "customer_creation", "metadata", "payment_intent_data", "expires_at", "allowed_payment_method_types", "locale",
        "submit_type", "currency",
        "billing_address_collection", "consent_collection", "custom_text", "phone_number_collection", "payment_method_options",
        "adaptive_pricing", "integration_identifier", "saved_payment_method_options", "invoice_creation", "branding_settings",
        "origin_context", "automatic_tax", "customer_update", "allow_promotion_codes", "discounts",
    ];

    private static readonly string[] KnownOfIntent =
    [
        "metadata", "description", "capture_method", "receipt_email", "setup_future_usage", "statement_descriptor",
        "statement_descriptor_suffix", "transfer_group", "shipping",
    ];

    public static JsonObject Read(StripeCall call)
    {
        var (work, parameters) = (call.Work, call.Params);
        parameters.Allow(Known);
        if ((parameters.OneOf("mode", "payment", "setup", "subscription") ?? throw StripeError.MissingParam("mode")) != "payment")
        {
            throw StripeError.Invalid("Only mode=payment is offered offline.", null, "mode");
        }

        if ((parameters.OneOf("ui_mode", "hosted_page", "hosted", "embedded_page", "form", "elements")
            ?? "hosted_page") is not ("hosted_page" or "hosted"))
        {
            throw StripeError.Invalid("Only ui_mode=hosted_page is offered offline.", null, "ui_mode");
        }

        parameters.RequiredText("success_url");
        var email = parameters.Email("customer_email");
        var customerCreation = parameters.OneOf("customer_creation", "always", "if_required");
        var intent = ReadIntent(parameters.Child("payment_intent_data"));
        var items = LineItems.Read(work, parameters);
        var currency = items[0].Text("currency")!;
        var methods = ReadMethods(parameters, currency);
        var expiresAt = parameters.Integer("expires_at");
        var session = CheckoutSessionFields.New(work.NowSeconds);
        session["id"] = StripeIds.New("cs_test");
        session["success_url"] = parameters.Url("success_url");
        session["cancel_url"] = parameters.Url("cancel_url");
        session["client_reference_id"] = parameters.Text("client_reference_id", 200);
        session["locale"] = parameters.Text("locale");
        session["submit_type"] = parameters.OneOf("submit_type", "auto", "book", "donate", "pay", "subscribe");
        session["metadata"] = StripeMetadata.New(parameters);
        session["currency"] = currency;
        session["customer_email"] = email;
        // Omitted, it is the account's setting, which is on for new accounts.
        session["adaptive_pricing"] = new JsonObject { ["enabled"] = AdaptivePricing(parameters) };
        session["allowed_payment_method_types"] = parameters.Has("allowed_payment_method_types")
            ? new JsonArray([.. methods.Select(method => (JsonNode)method)])
            : null;
        session["invoice_creation"] = InvoiceInput.Read(parameters);
        session["payment_method_options"] = SavedCards.ReadOptions(parameters);
        session["saved_payment_method_options"] = SavedCards.Read(parameters);
        session["payment_method_types"] = new JsonArray([.. methods.Select(method => (JsonNode)method)]);
        RequireChargeable(items, currency);
        session["expires_at"] = ExpiresAt(expiresAt, work.NowSeconds);
        SetCustomer(session, work, parameters, email, customerCreation);
        session["url"] = new Uri(call.Base, $"/c/pay/{session.Id()}").ToString();
        var hidden = session.HiddenPart();
        hidden["line_items"] = new JsonArray([.. items]);
        hidden["intent"] = intent;
        SessionTax.Read(work, parameters, session);
        SessionTotals.Count(work, session);
        Discounts.Read(work, parameters, session);
        return session;
    }

    private static bool AdaptivePricing(StripeParams parameters)
    {
        var pricing = parameters.Child("adaptive_pricing");
        pricing?.Allow("enabled");
        return pricing?.Flag("enabled") ?? true;
    }

    private static JsonObject ReadIntent(StripeParams? data)
    {
        data?.Allow(KnownOfIntent);
        if ((data?.OneOf("capture_method", "automatic", "automatic_async", "manual") ?? "automatic_async") == "manual")
        {
            throw StripeError.Invalid("Only automatic capture is offered offline.", null, "payment_intent_data[capture_method]");
        }

        return new JsonObject
        {
            ["metadata"] = StripeMetadata.New(data),
            ["description"] = data?.Text("description", 1000),
            ["receipt_email"] = data?.Email("receipt_email"),
            ["setup_future_usage"] = data?.OneOf("setup_future_usage", "on_session", "off_session"),
            ["statement_descriptor"] = data?.Text("statement_descriptor", 22),
            ["statement_descriptor_suffix"] = data?.Text("statement_descriptor_suffix", 22),
            ["transfer_group"] = data?.Text("transfer_group"),
        };
    }

    private static IReadOnlyList<string> ReadMethods(StripeParams parameters, string currency)
    {
        var given = parameters.TextItems("allowed_payment_method_types");
        if (given.Count == 0)
        {
            return currency == "usd" ? ["card", "us_bank_account"] : ["card"];
        }

        foreach (var method in given)
        {
            if (method is not ("card" or "us_bank_account"))
            {
                throw new StripeError(400, $"The payment method type provided: {method} is invalid.", null, "allowed_payment_method_types");
            }
        }

        return given.Contains("us_bank_account") && currency != "usd"
            ? throw new StripeError(400, "The payment method type us_bank_account supports usd only.", null,
                "allowed_payment_method_types")
            : given;
    }

    private static void RequireChargeable(IReadOnlyList<JsonObject> items, string currency)
    {
        var total = items.Sum(item => item.Number("amount_total"));
        if (total < Currencies.MinimumOf(currency))
        {
            var least = Currencies.Show(Currencies.MinimumOf(currency), currency);
            throw new StripeError(400, $"The Checkout Session's total amount due must add up to at least {least} {currency}",
                "amount_too_small");
        }

        if (total > Currencies.MaxAmount)
        {
            throw new StripeError(400, $"The Checkout Session's total amount must be at most "
                + $"{Currencies.Show(Currencies.MaxAmount, currency)} {currency}", "amount_too_large");
        }
    }

    private static long ExpiresAt(long? asked, long now)
    {
        if (asked is null)
        {
            return now + (long)MaxLife.TotalSeconds;
        }

        if (asked < now + (long)MinLife.TotalSeconds)
        {
            throw new StripeError(400, "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", null,
                "expires_at");
        }

        return asked <= now + (long)MaxLife.TotalSeconds
            ? asked.Value
            : throw new StripeError(400, "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", null,
                "expires_at");
    }

    private static void SetCustomer(JsonObject session, StripeWork work, StripeParams parameters, string? email, string? creation)
    {
        var id = parameters.Text("customer");
        if (id is not null && (email is not null || creation is not null))
        {
            throw StripeError.Invalid(
                $"You may only specify one of these parameters: customer, "
                    + $"{(email is not null ? "customer_email" : "customer_creation")}.", null, "customer");
        }

        session["customer_creation"] = id is null ? creation ?? "if_required" : null;
        if (id is not null)
        {
            var customer = Customers.Named(work, id, "customer");
            session["customer"] = id;
            session["customer_details"] = CheckoutSessions.CustomerDetails(customer.Text("email"), customer.Text("name"));
        }
        else if (email is not null)
        {
            session["customer_details"] = CheckoutSessions.CustomerDetails(email, null);
        }
    }
}
