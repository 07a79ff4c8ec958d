namespace Stripe;

public class RefundCreateOptions : BaseOptions
{
    /// <summary>Null for all that is left.</summary>
    public long? Amount { get; set; }

    public string? Charge { get; set; }

    public Dictionary<string, string>? Metadata { get; set; }

    public string? PaymentIntent { get; set; }

    /// <summary><c>duplicate</c>, <c>fraudulent</c> or <c>requested_by_customer</c>.</summary>
    public string? Reason { get; set; }
}

public class RefundGetOptions : BaseOptions
{
}

public class RefundListOptions : ListOptions
{
    public string? Charge { get; set; }

    public AnyOf<DateTime?, DateRangeOptions>? Created { get; set; }

    public string? PaymentIntent { get; set; }
}

public class RefundService : Service
{
    private const string Collection = "/v1/refunds";

    public RefundService(IStripeClient client)
        : base(client)
    {
    }

    public virtual Task<Refund> CreateAsync(
        RefundCreateOptions options, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
    {
        return RequestAsync<Refund>(HttpMethod.Post, Collection, options, requestOptions, cancellationToken);
    }

    public virtual Task<Refund> GetAsync(
        string id, RefundGetOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
    {
        return RequestAsync<Refund>(HttpMethod.Get, Path(Collection, id), options, requestOptions, cancellationToken);
    }

    public virtual Task<StripeList<Refund>> ListAsync(
        RefundListOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
    {
        return RequestAsync<StripeList<Refund>>(HttpMethod.Get, Collection, options, requestOptions, cancellationToken);
    }

    public virtual IAsyncEnumerable<Refund> ListAutoPagingAsync(
        RefundListOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
    {
        return PagesAsync<Refund>(Collection, options, requestOptions, cancellationToken);
    }
}
