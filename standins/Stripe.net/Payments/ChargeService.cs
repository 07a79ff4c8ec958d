namespace Stripe;

public class ChargeGetOptions : BaseOptions
{
}

public class ChargeService : Service
{
    public ChargeService(IStripeClient client)
        : base(client)
    {
    }

    public virtual Task<Charge> GetAsync(
        string id, ChargeGetOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
    {
        return RequestAsync<Charge>(HttpMethod.Get, Path("/v1/charges", id), options, requestOptions, cancellationToken);
    }
}
