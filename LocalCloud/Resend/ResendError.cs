using System.Text.Json;

namespace ReelBallers.LocalCloud.Resend;

/// <summary>An error as Resend answers it.</summary>
internal sealed class ResendError(int status, string name, string message) : IResult
{
    public static string Body(int status, string name, string message) =>
        JsonSerializer.Serialize(new { statusCode = status, name, message });

    public Task ExecuteAsync(HttpContext context)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(Body(status, name, message), context.RequestAborted);
    }
}
