using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Mvc;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary><c>DELETE /api/account</c>. The Gateway ends the sessions with the response.</summary>
internal static class DeletionApi
{
    public static async Task<IResult> DeleteAsync(
        [FromQuery(Name = "forfeit_cents")] string? forfeitCents, Caller caller, HttpContext context, DeletionRequests requests,
        CancellationToken cancellationToken)
    {
        var cents = 0L;
        if (forfeitCents is not null
            && (forfeitCents.AsSpan().ContainsAnyExceptInRange('0', '9')
                || !long.TryParse(forfeitCents, NumberStyles.None, CultureInfo.InvariantCulture, out cents)))
        {
            return Problems.Validation(("forfeit_cents", "must be an integer of 0 or more"));
        }
        try
        {
            var outcome = await requests.DeleteAsync(caller.UserId, cents, CallerAddress.Of(context), cancellationToken);
            return outcome switch
            {
                DeletionOutcome.Deleted => TypedResults.NoContent(),
                DeletionOutcome.NotSignedIn => Problems.Of(
                    StatusCodes.Status403Forbidden, "sign_in_required", "Sign-in required",
                    "What this session had belongs to an account now. Sign in to delete it: POST /api/auth/link."),
                DeletionOutcome.JobsOpen => Problems.Of(
                    StatusCodes.Status409Conflict, "jobs_open", "Jobs open",
                    "Jobs are waiting or running. Wait until they have ended, or cancel them first: POST /api/jobs/{job_id}/cancel."),
                DeletionOutcome.CreditsLeft left => Problems.Of(
                    StatusCodes.Status409Conflict, "credits_left", "Credits left",
                    $"The account has {left.BalanceCents} credits. They are lost with it, and no money is paid back for them. To "
                    + $"delete the account anyway, repeat the request with ?forfeit_cents={left.BalanceCents}.",
                    ("balance_cents", left.BalanceCents)),
                DeletionOutcome.LastAdmin => Problems.Of(
                    StatusCodes.Status409Conflict, "last_admin", "Last admin",
                    "The user is the only admin. Make another user an admin first."),
                _ => Problems.Unavailable("service_unavailable", "Service unavailable"),
            };
        }
        catch (RpcException outage) when (Outages.IsOutage(outage, cancellationToken))
        {
            return Problems.Unavailable("service_unavailable", "Service unavailable");
        }
    }
}
