namespace Stripe;

public class ListOptions : BaseOptions
{
    /// <summary>1 to 100; Stripe's default is 10.</summary>
    public long? Limit { get; set; }

    public string? StartingAfter { get; set; }

    public string? EndingBefore { get; set; }
}
