using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>A refusal in Stripe's shape; thrown, it undoes what its request has staged.</summary>
internal sealed class StripeError(int status, string message, string? code = null, string? param = null) : Exception(message)
{
    public int Status => status;

    public string Type { get; init; } = status >= 500 ? "api_error" : "invalid_request_error";

    /// <summary>Whether the request was refused before it began, so that its idempotency key stays free.</summary>
    public bool IsBeforeExecution { get; init; }

    public static StripeError Invalid(string message, string? code, string? param) =>
        new(400, message, code, param) { IsBeforeExecution = true };

    public static StripeError MissingParam(string param) =>
        Invalid($"Missing required param: {param}.", "parameter_missing", param);

    /// <summary>An object of the path that is not there.</summary>
    public static StripeError NotFound(string what, string id, string param = "id") =>
        new(404, $"No such {what}: '{id}'", "resource_missing", param);

    /// <summary>An object named by a parameter that is not there.</summary>
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

        if (param is not null)
        {
            error["param"] = param;
        }

        return new JsonObject { ["error"] = error };
    }
}
