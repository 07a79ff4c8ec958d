using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>An error in Stripe's format; when thrown, it discards what the request has staged.</summary>
internal sealed class StripeError(int status, string message, string? code = null, string? param = null) : Exception(message)
{
    public int Status => status;

    public string Type { get; init; } = status >= 500 ? "api_error" : "invalid_request_error";

    /// <summary>Why the bank declined, where it did.</summary>
    public string? DeclineCode { get; init; }

    /// <summary>The intent that the error is about.</summary>
    public JsonObject? PaymentIntent { get; init; }

    /// <summary>Whether the request was rejected before it started, so that its idempotency key remains unused.</summary>
    public bool IsBeforeExecution { get; init; }

    public static StripeError Invalid(string message, string? code, string? param) =>
        new(400, message, code, param) { IsBeforeExecution = true };

    public static StripeError MissingParam(string param) =>
        Invalid($"Missing required param: {param}.", "parameter_missing", param);

    /// <summary>The object in the path does not exist.</summary>
    public static StripeError NotFound(string what, string id, string param = "id") =>
        new(404, $"No such {what}: '{id}'", "resource_missing", param);

    /// <summary>The object in a parameter does not exist.</summary>
    public static StripeError NoSuch(string what, string id, string param) =>
        new(400, $"No such {what}: '{id}'", "resource_missing", param);

    public JsonObject ToJson()
    {
        var error = new JsonObject { ["message"] = Message, ["type"] = Type };
        if (code is not null)
        {
            error["code"] = code;
            error["doc_url"] = $"https://stripe.com/docs/error-codes/{code.Replace('_', '-')}";
        }

        if (DeclineCode is not null)
        {
            error["decline_code"] = DeclineCode;
        }

        if (param is not null)
        {
            error["param"] = param;
        }

        if (PaymentIntent is not null)
        {
            error["payment_intent"] = PaymentIntent.DeepClone();
        }

        return new JsonObject { ["error"] = error };
    }
}
