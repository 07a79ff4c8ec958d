namespace ReelBallers.LocalCloud.Stripe;

/// <summary>The behaviour of a test card, by its number.</summary>
internal sealed record TestCard(string Number, string Brand)
{
    /// <summary>Whether the bank requires authentication.</summary>
    public bool AsksForSecondStep { get; init; }

    public Decline? Decline { get; init; }

    /// <summary>Whether it is declined only from the moment when it is saved: the payment that saves it succeeds.</summary>
    public bool IsDeclinedOnceSaved { get; init; }

    /// <summary>Whether the bank requires authentication when the merchant charges the card without its owner.</summary>
    public OffSessionAuthentication OffSession { get; init; } = OffSessionAuthentication.Never;

    /// <summary>The reason with which the owner disputes the payment at once.</summary>
    public string? DisputeReason { get; init; }

    /// <summary>Whether that dispute is only an inquiry, which moves no money.</summary>
    public bool IsInquiry { get; init; }

    /// <summary>Whether an early fraud warning follows the payment.</summary>
    public bool WarnsOfFraud { get; init; }

    public RefundScenario Refunds { get; init; } = RefundScenario.AtOnce;

    private static readonly Dictionary<string, TestCard> All = new TestCard[]
    {
        new("4242424242424242", "visa"),
        new("4000056655665556", "visa"),
        new("5555555555554444", "mastercard"),
        new("2223003122003222", "mastercard"),
        new("378282246310005", "amex"),
        new("6011111111111117", "discover"),
        new("4000000000000077", "visa"),
        new("4000000000005423", "visa") { WarnsOfFraud = true },
        new("4000000000000002", "visa") { Decline = Decline.Generic },
        new("4000000000000341", "visa") { Decline = Decline.Generic, IsDeclinedOnceSaved = true },
        new("4000000000009995", "visa") { Decline = Decline.Of("insufficient_funds") },
        new("4000000000009987", "visa") { Decline = Decline.Of("lost_card") },
        new("4000000000009979", "visa") { Decline = Decline.Of("stolen_card") },
        new("4000000000006975", "visa") { Decline = Decline.Of("card_velocity_exceeded") },
        new("4000000000000069", "visa") { Decline = new Decline("expired_card", null, "Your card has expired.") },
        new("4000000000000127", "visa") { Decline = new Decline("incorrect_cvc", null, "Your card's security code is incorrect.") },
        new("4000000000000119", "visa")
        {
            Decline = new Decline("processing_error", null, "An error occurred while processing your card. Try again in a little bit."),
        },
        new("4000002500003155", "visa") { AsksForSecondStep = true, OffSession = OffSessionAuthentication.UnlessSetUp },
        new("4000002760003184", "visa") { AsksForSecondStep = true, OffSession = OffSessionAuthentication.Always },
        new("4000000000003220", "visa") { AsksForSecondStep = true, OffSession = OffSessionAuthentication.Always },
        new("4000003800000446", "visa") { AsksForSecondStep = true },
        new("4000008260003178", "visa") { AsksForSecondStep = true, Decline = Decline.Of("insufficient_funds") },
        new("4000008400001629", "visa") { AsksForSecondStep = true, Decline = Decline.Generic },
        new("4000000000000259", "visa") { DisputeReason = "fraudulent" },
        new("4000000000002685", "visa") { DisputeReason = "product_not_received" },
        new("4000000000001976", "visa") { DisputeReason = "fraudulent", IsInquiry = true },
        new("4000000000007726", "visa") { Refunds = RefundScenario.PendingThenSucceeds },
        new("4000000000005126", "visa") { Refunds = RefundScenario.SucceedsThenFails },
    }.ToDictionary(card => card.Number);

    public string Last4 => Number.Length < 4 ? Number : Number[^4..];

    /// <summary>The card of that number; an unknown or invalid number is a card that is declined.</summary>
    public static TestCard Of(string number)
    {
        if (All.TryGetValue(number, out var card))
        {
            return card;
        }

        return new TestCard(number, "visa")
        {
            Decline = IsPlausible(number)
                ? Decline.Of("test_mode_live_card")
                : new Decline("incorrect_number", null, "Your card number is incorrect."),
        };
    }

    private static bool IsPlausible(string number)
    {
        var sum = 0;
        for (var at = 0; at < number.Length; at++)
        {
            var digit = number[^(at + 1)] - '0';
            if (digit is < 0 or > 9)
            {
                return false;
            }

            sum += at % 2 == 0 ? digit : digit > 4 ? (2 * digit) - 9 : 2 * digit;
        }

        return number.Length is >= 12 and <= 19 && sum % 10 == 0;
    }
}
