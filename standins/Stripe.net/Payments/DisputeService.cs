namespace Stripe;

public class DisputeGetOptions : BaseOptions
{
}

public class DisputeListOptions : ListOptions
{
    public string? Charge { get; set; }

    public AnyOf<DateTime?, DateRangeOptions>? Created { get; set; }

    public string? PaymentIntent { get; set; }
}

public class DisputeService : Service
{
    private const string Collection = "/v1/disputes";

    public DisputeService(IStripeClient client)
        : base(client)
    {
    }

    public virtual Task<Dispute> GetAsync(
        string id, DisputeGetOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
    {
        return RequestAsync<Dispute>(HttpMethod.Get, Path(Collection, id), options, requestOptions, cancellationToken);
    }

    public virtual Task<StripeList<Dispute>> ListAsync(
        DisputeListOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
    {
        return RequestAsync<StripeList<Dispute>>(HttpMethod.Get, Collection, options, requestOptions, cancellationToken);
    }

    public virtual IAsyncEnumerable<Dispute> ListAutoPagingAsync(
        DisputeListOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
    {
        return PagesAsync<Dispute>(Collection, options, requestOptions, cancellationToken);
    }
}
