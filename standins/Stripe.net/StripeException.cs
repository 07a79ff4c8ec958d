using System.Net;

namespace Stripe;

/// <summary>Stripe refused, or what it sent could not be verified.</summary>
public class StripeException : Exception
{
    public StripeException()
    {
    }

    public StripeException(string message)
        : base(message)
    {
    }

    public StripeException(string message, Exception err)
        : base(message, err)
    {
    }

    public StripeException(HttpStatusCode httpStatusCode, StripeError? stripeError, string message)
        : base(message)
    {
        HttpStatusCode = httpStatusCode;
        StripeError = stripeError;
    }

    /// <summary>0 when there was no answer by HTTP.</summary>
    public HttpStatusCode HttpStatusCode { get; set; }

    /// <summary>Null when the answer was not Stripe's JSON.</summary>
    public StripeError? StripeError { get; set; }

    public StripeResponse? StripeResponse { get; set; }
}
