using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>
/// Keeps the first answer to each <c>Idempotency-Key</c> for a day. The answer is committed together with the effect, so that a kill
/// between the two cannot make the same key work twice.
/// </summary>
internal sealed class StripeIdempotency(StripeStore store)
{
    public const string Kind = "_idempotency";
    public const int MaxKeyLength = 255;

    private static readonly TimeSpan Lasts = TimeSpan.FromHours(24);

    private readonly Lock _lock = new();
    private readonly HashSet<string> _running = [];

    public static string Fingerprint(string method, string path, FormNode parameters) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{method} {path}\n{string.Join('\n', parameters.Leaves())}")));

    /// <returns>The kept answer to repeat, or null: the request is to be executed, and <see cref="End"/> called after it.</returns>
    /// <exception cref="StripeError">The key is in use, or was used with another request.</exception>
    public JsonObject? Begin(string key, string fingerprint)
    {
        lock (_lock)
        {
            if (_running.Contains(key))
            {
                throw new StripeError(
                    409,
                    $"There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): {key}. Please try again later.",
                    "idempotency_key_in_use")
                { Type = "idempotency_error" };
            }

            var kept = store.Run(work => work.Find(IdOf(key)) is { } record
                && record.Number("created") > work.NowSeconds - (long)Lasts.TotalSeconds
                ? record
                : null);
            if (kept is null)
            {
                _running.Add(key);
                return null;
            }

            return kept.Text("fingerprint") == fingerprint
                ? kept
                : throw new StripeError(
                    400,
                    $"Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '{key}' if you meant to execute a different request.")
                { Type = "idempotency_error" };
        }
    }

    public void End(string key)
    {
        lock (_lock)
        {
            _running.Remove(key);
        }
    }

    public static void Keep(StripeWork work, StripeRequest request, int status, string body) => work.Put(new JsonObject
    {
        ["id"] = IdOf(request.IdempotencyKey!),
        ["object"] = Kind,
        ["created"] = work.NowSeconds,
        ["fingerprint"] = request.Fingerprint,
        ["request"] = request.Id,
        ["status"] = (long)status,
        ["body"] = body,
    });

    private static string IdOf(string key) => $"idempotency_{key}";
}
