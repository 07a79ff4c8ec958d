namespace Stripe;

public class PaymentIntentGetOptions : BaseOptions
{
}

public class PaymentIntentService : Service
{
    public PaymentIntentService(IStripeClient client)
        : base(client)
    {
    }

    public virtual Task<PaymentIntent> GetAsync(
        string id, PaymentIntentGetOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
    {
        return RequestAsync<PaymentIntent>(HttpMethod.Get, Path("/v1/payment_intents", id), options, requestOptions, cancellationToken);
    }
}
