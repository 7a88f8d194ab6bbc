"""Plans under which activities are held."""

from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts import campaigns as say
from services.campaigns.commands import OpenCampaign
from services.campaigns.domain import OutOfOrder
from services.campaigns.tables import Campaign


def open_campaign(command: OpenCampaign, uow: UnitOfWork) -> Campaign:
    """Enter a plan under which activities are held."""
    if command.ends_on < command.starts_on:
        raise OutOfOrder(_("Ngày kết thúc phải từ ngày bắt đầu trở đi."), field="ends_on")
    campaign = uow.add(
        Campaign(
            campaign_id=uow.new_id(),
            kind=command.kind,
            name=command.name,
            plan_number=command.plan_number,
            starts_on=command.starts_on,
            ends_on=command.ends_on,
            details=command.details,
        )
    )
    uow.record(
        say.CampaignOpened(
            campaign_id=campaign.campaign_id,
            kind=command.kind,
            starts_on=command.starts_on,
            ends_on=command.ends_on,
        )
    )
    uow.wrote("campaign.open", "campaign", campaign.campaign_id)
    return campaign
