using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>The limits for starting top-ups, against card testing: section <c>TopupLimits</c>. 0: no limit.</summary>
internal sealed class TopupLimitOptions : IValidatedOptions
{
    /// <summary>Unpaid sessions that a user may have at a time.</summary>
    public int OpenSessionsPerUser { get; init; } = 20;

    /// <summary>As above, of all users of an address.</summary>
    public int OpenSessionsPerAddress { get; init; } = 60;

    /// <summary>Declined payments of a user within 24 hours after which no further top-up starts.</summary>
    public int FailedPaymentsPerUser { get; init; } = 10;

    /// <summary>As above, of all users of an address.</summary>
    public int FailedPaymentsPerAddress { get; init; } = 30;

    /// <summary>What a user may buy within 24 hours, unpaid sessions included.</summary>
    public long CentsPerUser { get; init; } = 100_000_000;

    /// <summary>As above, of all users of an address.</summary>
    public long CentsPerAddress { get; init; } = 400_000_000;

    /// <summary><c>on</c>: after a lost dispute for fraud the user starts no top-up until an operator lifts the block.</summary>
    public string BlockAfterFraud { get; init; } = "on";

    /// <summary><c>on</c>: a payment is refunded when the card network warns of fraud, before the dispute comes.</summary>
    public string RefundOnWarning { get; init; } = "off";

    public bool BlocksAfterFraud => BlockAfterFraud == "on";

    public bool RefundsOnWarning => RefundOnWarning == "on";

    public void Validate(OptionsErrors errors)
    {
        errors.Range(nameof(OpenSessionsPerUser), OpenSessionsPerUser, 0, 10_000);
        errors.Range(nameof(OpenSessionsPerAddress), OpenSessionsPerAddress, 0, 100_000);
        errors.Range(nameof(FailedPaymentsPerUser), FailedPaymentsPerUser, 0, 10_000);
        errors.Range(nameof(FailedPaymentsPerAddress), FailedPaymentsPerAddress, 0, 100_000);
        errors.Range(nameof(CentsPerUser), CentsPerUser, 0, 1_000_000_000_000);
        errors.Range(nameof(CentsPerAddress), CentsPerAddress, 0, 1_000_000_000_000);
        errors.OneOf(nameof(BlockAfterFraud), BlockAfterFraud, "on", "off");
        errors.OneOf(nameof(RefundOnWarning), RefundOnWarning, "on", "off");
    }
}
