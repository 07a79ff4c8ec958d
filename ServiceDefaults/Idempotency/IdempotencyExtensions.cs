using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ReelBallers.ServiceDefaults;

/// <summary>Marks a route that supports <c>Idempotency-Key</c>.</summary>
/// <param name="IsRenewed">Whether a repeated request runs again instead of getting the stored response.</param>
internal sealed record IdempotentRoute(bool IsRenewed);

/// <summary>Idempotency of POST requests.</summary>
public static class IdempotencyExtensions
{
    /// <summary>The header of a replayed response.</summary>
    public const string ReplayedHeader = "Idempotency-Replayed";

    private static readonly object OperationIdKey = new();

    /// <summary>
    /// Supports <c>Idempotency-Key</c>: the same caller, key and request gets the first response again (success, 402 and
    /// 409; with <c>Idempotency-Replayed: true</c>), a different request 409 <c>idempotency_key_reused</c>. An attempt that
    /// ended in 5xx, was aborted or crashed is continued by the next one with the same <see cref="OperationId"/>. The
    /// service's model must include <see cref="IdempotencyModel.AddIdempotency"/>.
    /// </summary>
    public static TBuilder WithIdempotency<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new IdempotentRoute(IsRenewed: false));

    /// <summary>
    /// Like <see cref="WithIdempotency"/>, for responses that expire, such as signed links: a repeated request runs again with the
    /// same <see cref="OperationId"/> and makes the response anew (with <c>Idempotency-Replayed: true</c>). The endpoint finds what
    /// it created by that id. Only a success binds the key; a rejected request can be repeated with it.
    /// </summary>
    public static TBuilder WithRenewedIdempotency<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new IdempotentRoute(IsRenewed: true));

    /// <summary>
    /// The id of this operation: the same for every attempt with one idempotency key, a new one without a key. Used as the
    /// id of the created resource, it makes a repeated attempt continue the first one instead of starting a second.
    /// </summary>
    public static Guid OperationId(this HttpContext context)
    {
        if (context.Items.TryGetValue(OperationIdKey, out var known) && known is Guid operationId)
        {
            return operationId;
        }
        operationId = Guid.CreateVersion7();
        context.SetOperationId(operationId);
        return operationId;
    }

    internal static void SetOperationId(this HttpContext context, Guid operationId) => context.Items[OperationIdKey] = operationId;
}
