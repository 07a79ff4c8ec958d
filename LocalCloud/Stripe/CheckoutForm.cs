using System.Globalization;
using System.Net.Mail;
using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>
/// What a buyer posted. Only the card number (or the bank account) is needed: the rest has defaults, so that curl can
/// pay.
/// </summary>
internal sealed class CheckoutForm(IFormCollection form, string? knownEmail, DateTimeOffset now)
{
    private const string AnyEmail = "buyer@example.com";

    /// <summary>The answer to the second step, or null: this is an attempt to pay.</summary>
    public bool? IsAuthenticated => Field("authentication") switch
    {
        null => null,
        var answer => answer == "complete",
    };

    public bool IsBankAccount => Field("payment_method") == BankPayment.Method;

    public string AccountNumber => Digits("account_number") ?? BankPayment.Succeeds;

    private string? CardNumber => Digits("card_number");

    public Buyer Buyer => new(Field("email") ?? knownEmail ?? AnyEmail, Field("name"));

    public bool HasBadEmail => !MailAddress.TryCreate(Buyer.Email, out var address) || address.Address != Buyer.Email;

    public string? PromotionCode => Field("promotion_code");

    public bool RemovesPromotionCode => Field("remove_promotion_code") is not null;

    /// <summary>Whether it pays, rather than only changing the discount.</summary>
    public bool Pays => CardNumber is not null || IsBankAccount || Field("pay") is not null
        || (PromotionCode is null && !RemovesPromotionCode);

    /// <summary>Where the buyer is; in the United States unless they say so.</summary>
    public JsonObject Address
    {
        get
        {
            var address = StripeAddress.Empty();
            address["country"] = Field("country")?.ToUpperInvariant() ?? "US";
            address["postal_code"] = Field("postal_code");
            return address;
        }
    }

    /// <summary>The card as typed, or null.</summary>
    public TypedCard? Card
    {
        get
        {
            if (CardNumber is not { } number)
            {
                return null;
            }

            var card = TestCard.Of(number);
            var (month, year) = Field("exp") is { } exp && ReadExpiry(exp) is { } typed ? typed : (12, now.Year + 3);
            return new TypedCard(card, month, year, Field("save_card") is not null, Flaw(card));
        }
    }

    /// <summary>Errors that a bank would report for the expiry or the security code.</summary>
    private Decline? Flaw(TestCard card)
    {
        if (Field("exp") is { } exp)
        {
            if (ReadExpiry(exp) is not var (month, year) || month is < 1 or > 12)
            {
                return new Decline("invalid_expiry_month", null, "Your card's expiration month is invalid.");
            }

            if ((year, month).CompareTo((now.Year, now.Month)) < 0)
            {
                return new Decline("invalid_expiry_year", null, "Your card's expiration year is in the past.");
            }
        }

        var digits = card.Brand == "amex" ? 4 : 3;
        return Field("cvc") is { } cvc && (!cvc.All(char.IsAsciiDigit) || cvc.Length != digits)
            ? new Decline("invalid_cvc", null, "Your card's security code is invalid.")
            : null;
    }

    private static (int Month, int Year)? ReadExpiry(string exp)
    {
        var digits = exp.Replace(" ", "", StringComparison.Ordinal).Replace("/", "", StringComparison.Ordinal);
        if (digits.Length is not (4 or 6) || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return null;
        }

        var year = int.Parse(digits[2..], CultureInfo.InvariantCulture);
        return (int.Parse(digits[..2], CultureInfo.InvariantCulture), year < 100 ? 2000 + year : year);
    }

    private string? Field(string name) => form[name].ToString().Trim() is { Length: > 0 } text ? text : null;

    private string? Digits(string name) =>
        Field(name)?.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
}
