namespace Stripe;

public class BaseOptions
{
    /// <summary>The fields to be given as objects in place of ids, such as <c>payment_intent.latest_charge</c>.</summary>
    public List<string>? Expand { get; set; }

    public void AddExpand(string value) => (Expand ??= []).Add(value);
}
