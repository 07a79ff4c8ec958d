using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Runs an API call and commits its effect together with the answer that its idempotency key will repeat.</summary>
internal static partial class StripeEndpoint
{
    public delegate JsonObject Handler(StripeCall call);

    public static void MapStripe(this WebApplication app, string method, string pattern, Handler handler)
    {
        var store = app.Services.GetRequiredService<StripeStore>();
        app.MapMethods(pattern, [method], async context => await ExecuteAsync(context, store, handler, app.Logger));
    }

    public static async Task AnswerAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = Encoding.UTF8.GetByteCount(body);
        await context.Response.WriteAsync(body, context.RequestAborted);
    }

    private static Task ExecuteAsync(HttpContext context, StripeStore store, Handler handler, ILogger log)
    {
        var request = context.Features.GetRequiredFeature<StripeRequest>();
        try
        {
            var (status, body) = store.Run(work =>
            {
                var address = new Uri($"{context.Request.Scheme}://{context.Request.Host}");
                work.Request = (request.Id, request.IdempotencyKey);
                work.Base = address;
                var call = new StripeCall(
                    work,
                    new StripeParams(request.Parameters),
                    context.GetRouteValue("id") as string ?? "",
                    context.GetRouteValue("customer") as string ?? "",
                    address);
                var answer = handler(call);
                if (!call.Params.IsChecked)
                {
                    call.Params.Allow();
                }

                var shown = call.Status == StatusCodes.Status200OK
                    ? StripeExpansion.Expand(work, answer, call.Params.TextItems("expand"))
                    : answer;
                return (call.Status, Kept(work, request, call.Status, shown));
            });
            return AnswerAsync(context, status, body);
        }
        catch (StripeError refusal) when (refusal.IsBeforeExecution || request.IdempotencyKey is null)
        {
            throw;
        }
        catch (StripeError refusal)
        {
            return AnswerAsync(context, refusal.Status, store.Run(work => Kept(work, request, refusal.Status, refusal.ToJson())));
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            Failed(log, bug, context.Request.Method, context.Request.Path);
            return AnswerAsync(context, StatusCodes.Status500InternalServerError,
                StripeJson.Print(new StripeError(500, "An unknown error occurred").ToJson()));
        }
    }

    private static string Kept(StripeWork work, StripeRequest request, int status, JsonObject answer)
    {
        var body = StripeJson.Print(answer);
        if (request.IdempotencyKey is not null)
        {
            StripeIdempotency.Keep(work, request, status, body);
        }

        return body;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void Failed(ILogger log, Exception bug, string method, string path);
}
