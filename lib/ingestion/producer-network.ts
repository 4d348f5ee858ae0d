import { Validations } from 'aws-cdk-lib';
import { Peer, Port, SecurityGroup, SubnetType, Vpc, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/** Where producers run: they reach the Internet by an address of their own, and nobody reaches them. */
export class ProducerNetwork extends Construct {
  readonly vpc: IVpc;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      // A NAT gateway costs three times as much as the producers.
      natGateways: 0,
      subnetConfiguration: [{ name: 'Public', subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: false }],
      // By a function of the CDK's own; nothing is ever in the default group.
      restrictDefaultSecurityGroup: false,
    });
    // The CDK declares its optional fields otherwise in the class than in the interface.
    this.vpc = vpc as IVpc;
    Validations.of(vpc).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason: 'One task takes no connections and opens its own; flow logs would cost as much as it does',
    });
    this.securityGroup = new SecurityGroup(this, 'Outwards', {
      vpc: this.vpc,
      description: 'Producers ask networks and AWS, and nobody asks them',
      allowAllOutbound: false,
    });
    this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'HTTPS and secure web sockets');
  }
}
