namespace ReelBallers.EndToEnd.Tests;

/// <summary>Content types that are not what the body is.</summary>
internal static class MediaTypeTricks
{
    private static readonly string[] Types =
    [
        "application/grpc", "application/grpc+json", "application/grpc+proto", "application/grpc-web", "application/grpc-web-text",
        "APPLICATION/GRPC", " application/grpc", "application/grpc;x=application/json", "text/plain", "text/json", "text/html",
        "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "multipart/mixed", "application/xml",
        "application/octet-stream", "application/problem+json", "application/ld+json", "application/*", "*/*", "json", "application/",
        "/json",
        ";", "", "application/json, application/grpc", "application/json;", "application/json; =", "application/json; charset", "\u00e9/x",
        "application/x-protobuf", "application/json-patch+json", "APPLICATION/JSON", "application/json; x=\"",
    ];

    public static readonly IReadOnlyList<Trick> All =
    [
        new("content type", drawn => drawn.Request.Set("Content-Type", drawn.Pick(Types))),
        new("content type", drawn => drawn.Request.Set("Content-Type", drawn.Pick(Types))),
        new("gRPC content type", drawn => drawn.Request.Set("Content-Type", drawn.Pick(Types[..8]))),
        new("no content type", drawn => drawn.Request.Remove("Content-Type")),
        new("two content types", drawn => drawn.Request.Headers.Add(("Content-Type", drawn.Pick(Types)))),
        new("gRPC's headers", drawn =>
        {
            drawn.Request.Set("TE", "trailers");
            drawn.Request.Set("grpc-timeout", drawn.Pick(["1S", "x", "99999999H", "-1n"]));
            drawn.Request.Set("grpc-encoding", drawn.Pick(["gzip", "identity", "x"]));
            drawn.Request.Set("Content-Type", drawn.Pick(["application/grpc", "application/json"]));
        }),
    ];
}
