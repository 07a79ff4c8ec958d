using Grpc.Core;

namespace ReelBallers.ServiceDefaults;

/// <summary>Refusals between services: a gRPC status with the stable code in the trailer <c>error-code</c>.</summary>
public static class RpcErrors
{
    /// <summary>The trailer that carries the code.</summary>
    public const string CodeTrailer = "error-code";

    /// <summary>A refusal to throw.</summary>
    /// <param name="status">The status that the call's comment in the proto names.</param>
    /// <param name="code">Stable and machine-readable, in snake_case.</param>
    /// <param name="detail">For people; ASCII.</param>
    /// <param name="trailers">More of the case, as ASCII trailers.</param>
    public static RpcException Refuse(StatusCode status, string code, string detail, params (string Name, string Value)[] trailers)
    {
        var metadata = new Metadata { { CodeTrailer, code } };
        foreach (var (name, value) in trailers)
        {
            metadata.Add(name, value);
        }
        return new RpcException(new Status(status, detail), metadata);
    }

    /// <summary>The stable code of a refusal; null when the failure is none of ours.</summary>
    public static string? ErrorCode(this RpcException exception) => exception.Trailers.GetValue(CodeTrailer);
}
