using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ReelBallers.ServiceDefaults;

/// <summary>Marks a route whose requests can be repeated safely.</summary>
internal sealed class IdempotentRoute;

/// <summary>Idempotency of public POSTs.</summary>
public static class IdempotencyExtensions
{
    /// <summary>The header that says that an answer was given before.</summary>
    public const string ReplayedHeader = "Idempotency-Replayed";

    private static readonly object OperationIdKey = new();

    /// <summary>
    /// Honours <c>Idempotency-Key</c>: the same caller, key and request gives the first answer again (success, 402 and
    /// 409 alike; with <c>Idempotency-Replayed: true</c>), another request 409 <c>idempotency_key_reused</c>. An attempt
    /// that ended in 5xx, was aborted or crashed is continued by the next one, with the same <see cref="OperationId"/>.
    /// The service's model must have <see cref="IdempotencyModel.AddIdempotency"/>.
    /// </summary>
    public static TBuilder WithIdempotency<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new IdempotentRoute());

    /// <summary>
    /// The id of this operation: the same one for each attempt under one idempotency key, a fresh one without a key.
    /// Whoever uses it as the id of what is created continues a broken attempt instead of starting a second.
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
