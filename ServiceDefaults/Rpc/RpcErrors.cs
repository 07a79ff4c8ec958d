using Grpc.Core;

namespace ReelBallers.ServiceDefaults;

/// <summary>Errors between services: a gRPC status with a stable code in the trailer <c>error-code</c>.</summary>
public static class RpcErrors
{
    /// <summary>The trailer with the code.</summary>
    public const string CodeTrailer = "error-code";

    /// <summary>Creates an error to throw.</summary>
    /// <param name="status">The status, as documented in the proto.</param>
    /// <param name="code">Stable and machine-readable, in snake_case.</param>
    /// <param name="detail">For people; ASCII.</param>
    /// <param name="trailers">Additional ASCII trailers.</param>
    public static RpcRejection Reject(StatusCode status, string code, string detail, params (string Name, string Value)[] trailers)
    {
        var metadata = new Metadata { { CodeTrailer, code } };
        foreach (var (name, value) in trailers)
        {
            metadata.Add(name, value);
        }
        return new RpcRejection(new Status(status, detail), metadata);
    }

    /// <summary>The stable code; null when the failure does not come from a service.</summary>
    public static string? ErrorCode(this RpcException exception) => exception.Trailers.GetValue(CodeTrailer);
}
